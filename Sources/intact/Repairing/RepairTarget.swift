import CommitLog
import FileTree
import Glibc
import LogFormat
import SystemPackage

/// A new store that is filled under a name of its own, and gets the name that it is meant to have
/// when it is whole: a repair that is cut off leaves nothing that looks like a store.
struct RepairTarget {
  /// What it will be called: absolute.
  let path: String
  /// What it is called while it is made.
  private let draft: String

  /// What the damaged store will be called if the new one gets its place.
  let damaged: String?

  /// - Parameter target: nil to take the place of the damaged store itself.
  /// - Throws: a ``Problem`` if there is something already.
  init(_ store: StoreDirectory, named target: String?) throws(Problem) {
    if let target {
      let directory = try StoreDirectory(target)
      path = directory.path
      damaged = nil
      guard directory.condition != .store else {
        throw Problem(
          path, "is a store already", remedy: "name a directory that is to be made",
          status: .failed)
      }
      if AbsolutePath.isInside(path, store.path) || AbsolutePath.isInside(store.path, path) {
        throw Problem(
          path, "it and the store \(store.path) are one inside the other",
          remedy: "name a directory apart from it", status: .usage)
      }
    } else {
      path = store.path
      damaged = path + ".damaged"
    }
    draft = path + ".incomplete"
    for (taken, what) in [
      (damaged, "an earlier repair's damaged store"), (draft, "a repair that was cut off"),
    ] {
      guard let taken, access(taken, F_OK) == 0 else { continue }
      throw Problem(
        taken, "is there already, perhaps from \(what)", remedy: "move it away, or remove it",
        status: .failed)
    }
  }

  /// Makes the store, lets `body` fill it, and makes everything durable.
  /// - Throws: a ``Problem``; nothing stays then.
  func fill<T>(_ body: (FileTree) throws -> T) throws(Problem) -> T {
    guard mkdir(draft, 0o700) == 0 else { throw Problem(draft, doing: "make the store", .current) }
    do {
      return try StoreAccess.explaining(draft) {
        let storage = try StoreAccess.storage(draft)
        try CommitLog.create(in: storage)
        let tree = try FileTree.open(storage, logger: .silent)
        let result = Result { try body(tree) }
        try tree.close()
        return try result.get()
      }
    } catch {
      remove()
      throw error
    }
  }

  /// Gives the store its name; the damaged one that has it is renamed first.
  /// - Throws: a ``Problem``; the damaged one has its old name then.
  func publish() throws(Problem) {
    guard let damaged else { return try RepairTarget.rename(draft, to: path) }
    var status = stat()
    if stat(path, &status) == 0 {
      chown(draft, status.st_uid, status.st_gid)
      chmod(draft, status.st_mode & 0o7777)
    }
    try RepairTarget.rename(path, to: damaged)
    do {
      try RepairTarget.rename(draft, to: path)
    } catch {
      try RepairTarget.rename(damaged, to: path)
      throw error
    }
  }

  /// Removes what was made.
  func remove() {
    StoreDraft.removeFiles(in: draft)
    rmdir(draft)
  }

  /// Renames a directory, durably.
  private static func rename(_ old: String, to new: String) throws(Problem) {
    guard Glibc.rename(old, new) == 0 else { throw Problem(new, doing: "make the store", .current) }
    let parent = FilePath(new).removingLastComponent().string
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
