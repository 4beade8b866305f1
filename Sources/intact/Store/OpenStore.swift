import CommitLog
import FileTree
import LogFormat
import Logging
import Storage
import SystemPackage

/// A store that this process has, and nobody else (rule F5).
struct OpenStore {
  let path: String
  let tree: FileTree
  /// `nil` where no lock can be had, since nothing can be written: a read-only file system.
  private let lock: StoreLock?
  /// What was made to serve it; `nil` if it is only read.
  private var draft: StoreDraft?

  /// Reads a store without changing it, for a command that looks into it.
  /// - Throws: a ``Problem``.
  static func reading(_ store: StoreDirectory) throws(Problem) -> OpenStore {
    let lock = try StoreAccess.lockForReading(store)
    let tree = try StoreAccess.explaining(store.path) {
      try FileTree.open(StoreAccess.storage(store.path), readOnly: true, logger: .silent)
    }
    return OpenStore(path: store.path, tree: tree, lock: lock, draft: nil)
  }

  /// Opens the store of a mount, and makes it if there is none.
  /// - Parameter mountPoint: for whoever finds the store locked.
  /// - Throws: a ``Problem``; what was made for it is removed then.
  static func serving(
    _ store: StoreDirectory, options: OptionList, mountPoint: String, logger: Logger
  ) throws(Problem) -> OpenStore {
    if store.condition == .store, options.isReadOnly, !store.isWritable {
      return try reading(store)
    }
    let draft = try StoreDraft(store)
    let lock = try StoreAccess.lock(store.path, mountPoint: mountPoint)
    let tree: FileTree
    do {
      tree = try StoreAccess.explaining(store.path) {
        let storage = try StoreAccess.storage(store.path)
        if store.condition != .store { try CommitLog.create(in: storage) }
        return try FileTree.open(storage, durability: options.durability, logger: logger)
      }
    } catch {
      draft.remove()
      throw error
    }
    return OpenStore(path: store.path, tree: tree, lock: lock, draft: draft)
  }

  /// Makes everything durable, and lets go of the store.
  func close() throws {
    try tree.close()
    withExtendedLifetime(lock) {}
  }

  /// Closes a store that was opened for nothing, and removes it if it was made for that.
  func discard() {
    try? close()
    draft?.remove()
  }
}
