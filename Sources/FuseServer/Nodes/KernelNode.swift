import FileTree
import LogFormat
import struct Synchronization.Atomic

/// One inode of the kernel. It has a page cache, a size and attributes of its own there, so what
/// must not mix has a node each.
///
/// Guarded by the node table's lock, but for what never changes.
final class KernelNode: @unchecked Sendable {
  enum Kind {
    /// A directory, symlink or special file: one node a file.
    case fixed
    /// Where names lead to: shows one version, which never changes, so the kernel may keep its
    /// pages and size for ever.
    case published
    /// A replacement's own (W1), or the working copy that updating writers share (W2). Names never
    /// lead here, a divert does.
    case staged
  }

  /// The kernel's number for it; never used again.
  let id: UInt64
  let inode: Inode
  let kind: Kind
  /// The file's other nodes; nil for `.fixed`.
  let file: KernelFile?
  /// Staged: `st_ino` is a number of its own until the content is published (I1).
  let isReplacement: Bool

  /// Names by which the kernel asked for it lately.
  private(set) var askedBy: [Dentry] = []
  /// Open file descriptions that are pinned to the node's version.
  let readers = Atomic<Int>(0)
  /// References that the kernel holds and will give back by FORGET.
  var lookups: UInt64 = 0
  /// Published: what its readers have pinned, while there are any.
  weak var pinned: PinnedVersion?
  /// Of `readers`, those that have taken a lock, by their numbers.
  var lockedReaders: Set<UInt64> = []
  /// Descriptors whose reads fill the kernel's pages.
  var cachingDescriptors = 0
  /// The kernel may hold pages of it.
  var mayHavePages = false
  /// Appends whose bytes some page of the kernel does not show yet.
  var growths = 0
  /// Published: somebody may have been reading its pages when its version grew. Names do not lead
  /// to it any more.
  var isFrozen = false
  /// Frozen, or while there are `growths`: the size that the kernel is told, in bytes.
  var shownSize: UInt64?
  /// Descriptors on it that go to a staging.
  var writers = 0
  /// Published: what it shows. Weak, for a cache pins nothing (R4).
  weak var version: Version?
  /// Published: the kernel has attributes of it that it will not ask for again by itself.
  var isBelieved = false
  /// Published: names that the kernel may remember for it; more than it does remember, never fewer.
  var names: [Dentry] = []
  /// Staged: what is written through it; nil before the first open and after the last close.
  var opening: OpenStaging?
  /// Staged: without an opening it shows the published file as that is, not under a number of its
  /// own: what was staged has been published, or nobody has said yet that he replaces it.
  var showsPublished = false
  /// Staged: the file counts it, and lives on for it.
  var isCounted = false
  /// Staged: its creator may stand in a directory operation on it (N1), which a commit must not
  /// wait for.
  var isReachable = false
  /// Staged: the `st_ino` that the kernel was told last; `/proc/PID/fdinfo` shows it.
  var toldInode: UInt64
  /// The last attributes known. Published: those that the file had with this version.
  var remembered: Attributes?

  init(
    id: UInt64, inode: Inode, kind: Kind, file: KernelFile? = nil, isReplacement: Bool = false
  ) {
    self.id = id
    self.inode = inode
    self.kind = kind
    self.file = file
    self.isReplacement = isReplacement
    toldInode = inode.rawValue
  }

  /// What the kernel may know of these attributes.
  func shown(_ attributes: Attributes) -> Attributes {
    guard let shownSize else { return attributes }
    var attributes = attributes
    attributes.size = min(attributes.size, shownSize)
    return attributes
  }

  /// What a new reader of the node pins.
  func pin(_ version: Version) -> PinnedVersion {
    if let pinned, pinned.version === version { return pinned }
    let pin = PinnedVersion(version)
    if self.version === version { pinned = pin }
    return pin
  }

  func asked(by name: Dentry) {
    guard askedBy.last != name else { return }
    askedBy.removeAll { $0 == name }
    if askedBy.count == 8 { askedBy.removeFirst() }
    askedBy.append(name)
  }

  /// A number that no file has, for a replacement that is not published.
  var privateInode: Inode { Inode(rawValue: 1 << 62 | id) }
}
