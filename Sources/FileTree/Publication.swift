import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// One commit of a staging, or of an append through it, from its request to its answer. Confined to
/// one step at a time; the steps follow each other.
final class Publication: @unchecked Sendable {
  let staging: Staging
  let reason: CommitReason
  let answer: Answer<Void>
  /// The staged bytes; nil if only attributes or the size changed.
  var sealed: SealedContent?
  /// The staged bytes stay where they are: `sealed` goes to the end of what is current (W3).
  let isAppend: Bool

  /// What the plan under the tree's lock decided.
  private(set) var file: FileBody?
  private(set) var records: [Record] = []
  /// What it sets the file's permissions to.
  private(set) var mode: UInt32?
  /// Its place in the order; nil as long as it has none.
  var sequence: CommitSequence?
  var isSequenced: Bool { sequence != nil }
  /// It is published before it is durable (D2).
  var isPublishedAhead = false
  /// It is published ahead, and answered when it is durable: too much is on its way to the disk.
  var isHeldBack = false
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
    isAppend = false
  }

  /// `bytes` go to the end of the file.
  init(appending bytes: SealedContent, through staging: Staging, answer: @escaping Answer<Void>) {
    self.staging = staging
    self.answer = answer
    reason = .append
    sealed = bytes
    isAppend = true
  }

  var inode: Inode { staging.inode }

  /// What the log writes down.
  var commit: Commit {
    Commit(
      records, at: time, content: sealed?.buffers ?? [],
      purpose: frees ? .freeing : .change)
  }

  /// Works out what the publication of a staging is: `create` and `link` are for a first one; an
  /// overlay writes down only what was written.
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
    if staging.content.isChanged || createsFile {
      attributes.modified = attributes.modified ?? time
      file = FileBody(staging.content.content)
      records.append(
        .setContent(
          staging.content.record(for: inode, sealed: sealed, overlay: overlay)))
    }
    records.append(.setAttributes(attributes))
    records += extendedAttributeRecords(status, creates: createsFile, lost)
    if let link { records.append(.link(link)) }
  }

  /// Works out what an append to `present` is.
  func plan(appendingTo present: FileBody, lost: LostPrivileges, at time: Timestamp) {
    guard let sealed else { return }
    self.time = time
    var content = present.content
    records = [
      .setContent(content.insert(sealed, at: content.size, of: inode)),
      .setAttributes(
        SetAttributesRecord(inode: inode, mode: lost.mode, modified: time, changed: time)),
    ]
    file = FileBody(version: present.version, content: content)
    mode = lost.mode
    records += extendedAttributeRecords(StagingStatus(size: 0, isClean: true), creates: false, lost)
  }

  /// The bytes lie in the store.
  func settle(at place: CommitPlace) { sealed?.settle(at: place) }
}

extension Staging {
  /// Whether a commit with nothing staged has to wait for what was published before.
  func mustSync(_ reason: CommitReason) -> Bool {
    switch reason {
    case .fsync: true
    case .close where tree.durability == .close:
      status.withLock { $0.flushed < $0.publishedAhead }
    default: false
    }
  }

  /// Something waits to be published.
  var isChanged: Bool {
    isCreation || content.isChanged
      || status.withLock { !$0.change.isEmpty || !$0.extended.isEmpty }
  }
}
