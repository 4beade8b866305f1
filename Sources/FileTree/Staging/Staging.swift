import Locking
import LogFormat
import struct SystemPackage.Errno

/// What one replacing open (W1), or all updating opens of a file together (W2), wrote and did not
/// publish yet.
///
/// Its content belongs to one request at a time: whoever calls `write`, `read`, `truncate`, or
/// commits, waits for one call to end (a commit: to answer) before the next. `attributes` and the
/// flags may be asked for at any time.
public final class Staging: Sendable {
  /// The file's own number.
  public let inode: Inode
  /// All updating opens of the file write here.
  public let isShared: Bool

  let tree: FileTree
  /// The name that is being created; nil when the file existed.
  let pending: PendingFile?
  /// The file's attributes when the staging began.
  let opened: Attributes
  /// A replacement's number until it is published (I1).
  private let privateInode: Inode?
  let status: Mutex<StagingStatus>
  /// Confined to the one request under way, see above.
  nonisolated(unsafe) var content: StagedContent

  init(
    of opened: Attributes, in tree: FileTree, content: StagedContent, isShared: Bool = false,
    pending: PendingFile? = nil, privateInode: Inode? = nil
  ) {
    inode = opened.inode
    self.opened = opened
    self.tree = tree
    self.content = content
    self.isShared = isShared
    self.pending = pending
    self.privateInode = privateInode
    status = Mutex(StagingStatus(size: content.size, isClean: isShared && !content.isChanged))
  }

  /// The name does not exist for others yet (N1).
  public var isCreation: Bool { pending != nil && !status.withLock { $0.isPublished } }

  /// What a descriptor sees, in bytes.
  public var size: UInt64 { status.withLock { $0.size } }

  /// Whether a read or write does disk I/O.
  public var isLarge: Bool { status.withLock { $0.isLarge } }

  /// What `st_ino` says: a number of its own for a replacement that was not published yet, so that
  /// a program that compares its input with its output sees two files (I1).
  public var reportedInode: Inode {
    guard let privateInode, !status.withLock({ $0.isPublished }) else { return inode }
    return privateInode
  }

  /// What `fstat` of its descriptor says.
  public func attributes() -> Attributes {
    var (attributes, isNamed) = tree.attributes(for: self)
    status.withLock { $0.overlay(&attributes, isNamed: isNamed) }
    attributes.inode = reportedInode
    return attributes
  }

  /// Changes attributes; they are published with the content (W5).
  public func setAttributes(_ change: AttributeChange) throws(Errno) {
    try tree.refuseIfFailed()
    let now = Timestamp.now()
    try status.withLock { status throws(Errno) in
      if let spent = status.spent { throw spent }
      status.stage(change, at: now)
    }
  }

  /// As `pwrite(2)`. A replacement that could not take a write is spent: it would be half-written.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
    try refuseIfSpent()
    followPredecessor()
    do {
      try content.write(bytes, at: offset, store: tree.store)
    } catch {
      if !isShared || isCreation { tree.spend(self, failing: error) }
      throw error
    }
    contentChanged()
  }

  /// As `pread(2)`: what is staged over what is published.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    followPublished()
    return try content.content.read(at: offset, into: buffer)
  }

  /// As `ftruncate(2)`.
  public func truncate(to size: UInt64) throws(Errno) {
    guard size <= UInt64(Int64.max) else { throw .fileTooLarge }
    try change { $0.truncate(to: size) }
  }

  /// Changes content that the caller need not write.
  func change(_ change: (inout StagedContent) -> Void) throws(Errno) {
    try refuseIfSpent()
    followPredecessor()
    change(&content)
    contentChanged()
  }

  func followPublished() { follow(tree.published(inode)) }

  /// Takes over what has its place in the order, for what comes after it.
  func followPredecessor() { follow(tree.predecessor(of: inode)) }

  /// Content is staged, by whomever.
  public var stagesContent: Bool { content.isChanged }

  /// Forgets what was staged since the last publication.
  public func dropStaged() {
    content.drop()
    followPublished()
    let size = content.size
    status.withLock { $0.dropped(size: size) }
  }

  /// Publishes nothing from now on; `reason` is what later writes fail with.
  func spend(_ reason: Errno) {
    status.withLock { status in
      status.spent = status.spent ?? reason
      status.extended = StagedExtendedAttributes()
    }
    content.drop()
  }

  /// What cannot be written whole is not published in part, should the log ever take changes again.
  func refuseIfSpent() throws(Errno) {
    if tree.hasFailed { tree.spend(self, failing: .readOnlyFileSystem) }
    if let spent = status.withLock({ $0.spent }) { throw spent }
  }

  private func contentChanged() {
    let (size, isLarge) = (content.size, content.isLarge)
    status.withLock { status in
      status.size = size
      status.isLarge = isLarge
      status.contentChanged()
    }
  }

  /// An updating writer sees what others published since; what it writes follows what has its place
  /// in the order, or it would take that back.
  private func follow(_ present: FileBody?) {
    guard isShared, let present, !content.base.isSame(as: present) else { return }
    // It may have been published upon what was taken back since (F1).
    if tree.hasFailed { content.drop() }
    content.follow(present)
    let size = content.size
    status.withLock { $0.size = size }
  }
}
