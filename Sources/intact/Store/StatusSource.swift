import FileTree
import FuseServer
import Glibc
import Locking

/// Where the daemon takes its answer to `intact status` from.
final class StatusSource: Sendable {
  let tree: FileTree
  let store: String
  let mountPoint: String
  let isReadOnly: Bool
  private let server = Mutex(WeakServer())

  init(_ open: OpenStore, mountPoint: String, isReadOnly: Bool) {
    tree = open.tree
    store = open.path
    self.mountPoint = mountPoint
    self.isReadOnly = isReadOnly
  }

  /// From now on the report counts what is open there.
  func attach(_ server: FuseServer) {
    self.server.withLock { $0.server = server }
  }

  /// The report as JSON, as it is now.
  func encoded() -> [UInt8] {
    var report = StatusReport(tree, store: store, readOnly: isReadOnly)
    report.mountPoint = mountPoint
    report.process = getpid()
    report.durability = tree.durability
    let server = server.withLock { $0.server }
    report.openHandles = server?.openHandles
    report.requests = server?.requests
    return JSON.bytes(of: report)
  }
}

/// The server owns the report that asks it.
private struct WeakServer: Sendable {
  weak var server: FuseServer?
}
