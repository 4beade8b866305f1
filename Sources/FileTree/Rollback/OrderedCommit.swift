import LogFormat

/// What a commit makes of the tree, wherever in time it is applied: remembered from when it has its
/// place in the order until it is known to be durable.
struct OrderedCommit {
  let sequence: CommitSequence
  let records: [Record]
  /// The file that a publication is of, and what it holds then; nil for changes of names and
  /// attributes.
  var publishes: (inode: Inode, file: FileBody?)?
  /// It is visible before it is durable.
  var isAhead = true
  /// What it was published through.
  var staging: Staging?
  /// The pending file that it made everybody's.
  var pending: PendingFile?
}

extension TreeState {
  /// Applies a commit at its place in the order.
  mutating func replay(_ commit: OrderedCommit) {
    do {
      for record in commit.records {
        guard let (inode, file) = commit.publishes else {
          try apply(record)
          continue
        }
        try apply(record, publishing: file, of: inode)
      }
    } catch {
      preconditionFailure("a commit does not fit the tree at its place: \(error)")
    }
    endCommit()
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
