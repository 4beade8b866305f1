import LogFormat

/// What a commit makes of the tree, wherever in time it is applied: remembered from when it has its
/// place in the order until it is known to be durable.
struct OrderedCommit {
  let sequence: CommitSequence
  /// As the log writes them down: these bytes are kept there anyway.
  let encodedRecords: [UInt8]
  /// The file that a publication is of, and what it makes of that; nil for changes of names and
  /// attributes.
  var publishes: (inode: Inode, content: PublishedContent)?
  /// It is visible before it is durable.
  var isAhead = true
  /// What it was published through.
  var staging: Staging?
  /// The pending file that it made everybody's.
  var pending: PendingFile?

  var records: [Record] {
    do {
      return try encodedRecords.withUnsafeBytes { try RecordReader.records(in: $0) }
    } catch {
      preconditionFailure("what was written down cannot be read: \(error)")
    }
  }
}

/// What a publication makes of its file's content.
enum PublishedContent {
  case unchanged
  case whole(FileBody)
  /// At the end of what the file holds at that place in the order. Of many appends it would take
  /// much memory to keep what the file holds after each.
  case appended(SealedContent)

  init(_ publication: Publication) {
    self =
      switch (publication.file, publication.sealed) {
      case (nil, _): .unchanged
      case (_?, let sealed?) where publication.isAppend: .appended(sealed)
      case (let file?, _): .whole(file)
      }
  }
}

extension TreeState {
  /// Applies a commit at its place in the order.
  mutating func replay(_ commit: OrderedCommit) {
    do {
      for record in commit.records {
        guard let (inode, content) = commit.publishes else {
          try apply(record)
          continue
        }
        var file: FileBody?
        if case .setContent = record { file = self.file(content, of: inode) }
        try apply(record, publishing: file, of: inode)
      }
    } catch {
      preconditionFailure("a commit does not fit the tree at its place: \(error)")
    }
    endCommit()
  }

  private func file(_ content: PublishedContent, of inode: Inode) -> FileBody? {
    switch content {
    case .unchanged: return nil
    case .whole(let file): return file
    case .appended(let sealed):
      guard var file = self[inode]?.file else { return nil }
      _ = file.content.insert(sealed, at: file.content.size, of: inode)
      return file
    }
  }

  /// Applies a record of a publication. The file may have lost its last name while its publication
  /// was in flight: then nothing is left to publish. And times do not go back, if a change that
  /// comes later in the order was applied earlier.
  mutating func apply(
    _ record: Record, publishing file: FileBody?, of inode: Inode
  ) throws(InconsistentRecord) {
    switch record {
    case .setContent:
      guard self[inode] != nil, let file else { return }
      try setFile(file, of: inode)
    case .setAttributes(var record):
      guard let node = self[inode] else { return }
      if let changed = record.changed {
        record.changed = max(changed, node.attributes.changed)
      }
      try apply(.setAttributes(record))
    case .setExtendedAttribute(var record):
      guard let node = self[inode] else { return }
      record.changed = max(record.changed, node.attributes.changed)
      try apply(.setExtendedAttribute(record))
    case .removeExtendedAttribute(var record):
      guard let node = self[inode] else { return }
      record.changed = max(record.changed, node.attributes.changed)
      try apply(.removeExtendedAttribute(record))
    default:
      try apply(record)
    }
  }
}
