import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// One commit of a staging, from its request to its answer. Confined to one step at a time; the
/// steps follow each other.
final class Publication: @unchecked Sendable {
  let staging: Staging
  let reason: CommitReason
  let answer: Answer<Void>
  /// The staged bytes; nil if only attributes or the size changed.
  var sealed: SealedContent?

  /// What the plan under the tree's lock decided.
  private(set) var version: Version?
  private(set) var records: [Record] = []
  /// What it sets the file's permissions to.
  private(set) var mode: UInt32?
  var isSequenced = false
  /// It is published before it is durable (D2).
  var isPublishedAhead = false
  /// It gives space back, so the store's reserve is open to it (F4).
  var frees = false
  /// The file that its first name is taken from (C5).
  var displaced: Inode?
  /// It is the first of its file.
  private(set) var createsFile = false
  private(set) var time = Timestamp(seconds: 0, nanoseconds: 0)

  init(staging: Staging, reason: CommitReason, answer: @escaping Answer<Void>) {
    self.staging = staging
    self.reason = reason
    self.answer = answer
  }

  var inode: Inode { staging.inode }

  /// What the log writes down.
  var commit: Commit {
    var content: [ContentBuffer] = []
    if case .inline(let buffer, _) = sealed { content = [buffer] }
    return Commit(records, at: time, content: content, frees: frees)
  }

  /// Works out what the publication is: `create` and `link` are for a first one; an overlay writes
  /// down only what was written.
  func plan(
    create: CreateRecord?, link: LinkRecord?, overlay: Bool, lost: LostPrivileges,
    at time: Timestamp
  ) {
    self.time = time
    let status = staging.status.withLock { $0 }
    var attributes = SetAttributesRecord(inode: inode, status.change, at: time)
    attributes.mode = attributes.mode ?? lost.mode
    mode = attributes.mode
    createsFile = create != nil
    if let create { records.append(.create(create)) }
    if staging.content.isChanged {
      attributes.modified = attributes.modified ?? time
      version = staging.content.version()
      records.append(
        .setContent(
          staging.content.record(
            for: inode, sealed: sealed, overlay: overlay)))
    }
    records.append(.setAttributes(attributes))
    records += extendedAttributeRecords(status, creates: createsFile, lost)
    if let link { records.append(.link(link)) }
  }

  /// The bytes lie in the store.
  func settle(at place: CommitPlace) {
    switch sealed {
    case nil: break
    case .inline(_, let chunk): chunk.settle(at: .log(place.contentStart))
    case .blob(let blob, let chunk): chunk.settle(at: .blob(blob.number, offset: 0))
    }
  }
}

extension Staging {
  /// Something waits to be published.
  var isChanged: Bool {
    content.isChanged || status.withLock { !$0.change.isEmpty || !$0.extended.isEmpty }
  }
}
