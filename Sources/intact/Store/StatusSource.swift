import FileTree
import Glibc

/// Where the daemon takes its answer to `intact status` from.
struct StatusSource: Sendable {
  let tree: FileTree
  let store: String
  let mountPoint: String
  let isReadOnly: Bool

  /// The report as JSON, as it is now.
  func encoded() -> [UInt8] {
    var report = StatusReport(tree, store: store, readOnly: isReadOnly)
    report.mountPoint = mountPoint
    report.process = getpid()
    report.durability = tree.durability
    return JSON.bytes(of: report)
  }
}
