import CommitLog
import FileTree
import LogFormat

/// A store that is read as far as it can be, and not changed.
struct DamagedStore {
  let path: String
  let tree: SalvagedTree
  private let lock: StoreLock?

  /// - Throws: a ``Problem``: in use, of a newer format, or nothing of it can be read.
  init(_ store: StoreDirectory) throws(Problem) {
    path = store.path
    lock = try StoreAccess.lockForReading(store)
    var bar = ProgressBar("read the log", total: 0)
    defer { bar.finish() }
    let size = DiskFormat.segmentSize
    tree = try StoreAccess.explaining(store.path) {
      do {
        return try SalvagedTree(
          StoreAccess.storage(store.path), logger: .silent,
          { bar.advance(to: UInt64($0) * size, of: UInt64($1) * size) })
      } catch FormatError.newer(let found, let supported) {
        throw FormatError.newer(found: found, supported: supported)
      } catch let error as FormatError {
        throw Problem(
          store.path, "nothing in it tells which store it is: \(error)",
          remedy: "nothing was changed; a backup of its superblock would help", status: .badStore)
      }
    }
  }
}
