import FileTree
import LogFormat

/// A regular file with the nodes that show it. Guarded by the node table's lock.
final class KernelFile: @unchecked Sendable {
  let inode: Inode
  /// The nodes of its versions that the kernel knows.
  var published: [KernelNode] = []
  /// The node of the working copy that updating writers share (W2).
  var live: KernelNode?
  /// Staged nodes that are led to, known to the kernel or open.
  var staged = 0
  /// Descriptors that append.
  var appenders = 0
  /// The notifier will look at its frozen nodes.
  var isCatchingUp = false
  /// The stagings that have descriptors.
  var openings: [OpenStaging] = []
  /// Commits under way because the last descriptor has gone (C3).
  var releases = 0
  /// Requests that wait for them.
  var waiters: [@Sendable () -> Void] = []

  init(_ inode: Inode) { self.inode = inode }

  var isUnused: Bool {
    published.isEmpty && live == nil && staged == 0 && openings.isEmpty && releases == 0
  }
}
