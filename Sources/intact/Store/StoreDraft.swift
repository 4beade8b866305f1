import Glibc
import SystemPackage

/// A store that is being made where none was, and that can be taken back.
struct StoreDraft {
  let path: String
  let condition: StoreDirectory.Condition
  /// The permissions that an empty directory had.
  private let mode: mode_t?

  /// Makes the directory if it is missing; whatever will be in it is for its owner only.
  init(_ store: StoreDirectory) throws(Problem) {
    path = store.path
    condition = store.condition
    mode = (try? AbsolutePath.status(of: store.path))?.st_mode
    let result: Int32
    switch condition {
    case .missing: result = mkdir(path, 0o700)
    case .empty: result = chmod(path, 0o700)
    case .store: result = 0
    }
    if result != 0 { throw Problem(path, doing: "make the store", .current) }
  }

  /// Removes what was made; a store that was there before stays.
  func remove() {
    guard condition != .store else { return }
    StoreDraft.removeFiles(in: path)
    if condition == .missing { rmdir(path) } else if let mode { chmod(path, mode & 0o7777) }
  }

  /// Removes what a store has in its directory, and nothing else.
  static func removeFiles(in path: String) {
    for directory in ["log", "content", "checkpoint"] {
      let files = (try? AbsolutePath.entries(of: "\(path)/\(directory)")) ?? []
      for file in files { unlink("\(path)/\(directory)/\(file)") }
      rmdir("\(path)/\(directory)")
    }
    for file in ["superblock", "lock"] { unlink("\(path)/\(file)") }
  }
}
