import Glibc
import SystemPackage

/// Paths as the kernel's own tables have them: from the root, without symbolic links.
enum AbsolutePath {
  /// - Parameter path: something that exists, or whose last component may be missing.
  /// - Returns: the real path; where the last component is missing, or is a mount whose daemon is
  ///   dead, the real path of its directory with that component.
  /// - Throws: what stops the way there.
  static func of(_ path: String) throws(Errno) -> String {
    if path.isEmpty { throw .noSuchFileOrDirectory }
    do {
      return try real(path)
    } catch {
      guard error == .noSuchFileOrDirectory || error.isDeadMount else { throw error }
      let split = FilePath(path)
      guard let last = split.lastComponent, last.kind == .regular else { throw error }
      let parent = split.removingLastComponent()
      let directory = try real(parent.isEmpty ? "." : parent.string)
      return FilePath(directory).appending(last).string
    }
  }

  /// realpath(3).
  private static func real(_ path: String) throws(Errno) -> String {
    guard let resolved = realpath(path, nil) else { throw .current }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether `path` is `directory` or something below it; both absolute.
  static func isInside(_ path: String, _ directory: String) -> Bool {
    FilePath(path).starts(with: FilePath(directory))
  }

  /// The names in a directory, without `.` and `..`.
  static func entries(of directory: String) throws(Errno) -> [String] {
    guard let stream = opendir(directory) else { throw .current }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// stat(2).
  static func status(of path: String) throws(Errno) -> stat {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .current }
    return status
  }
}

extension stat {
  var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
}
