import FileTree
import Locking

/// The version that the readers of a node have pinned (R2): one object for all of them, so that
/// they go on to a newer one together, which only locks make them do (C6).
final class PinnedVersion: Sendable {
  private let pinned: Mutex<Version>

  init(_ version: Version) { pinned = Mutex(version) }

  var version: Version { pinned.withLock { $0 } }

  func advance(to version: Version) { pinned.withLock { $0 = version } }
}
