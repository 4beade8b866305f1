import Glibc
import SystemPackage

/// A directory on a real disk's file system; removed when `remove` is called.
struct TemporaryDirectory {
  let path: FilePath

  /// - Parameter parent: the directory to make it in, if not the one for all tests.
  /// - Throws: `TestFailure` when it cannot be made.
  init(below parent: FilePath? = nil) throws {
    // /tmp may be memory; what is in /var/tmp survives a restart, so it is on a disk.
    let parent = parent?.string ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    var template = Array("\(parent)/intact-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw TestFailure("no directory in \(parent): \(Errno(rawValue: errno))")
    }
    path = FilePath(template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
  }

  /// Removes the directory and what is in it; stays within its file system, so that a mount that
  /// could not be unmounted is not emptied.
  func remove() {
    let remover = try? ChildProcess(
      ["/bin/rm", "-rf", "--one-file-system", path.string], directory: "/")
    _ = try? remover?.wait(limit: .seconds(60))
    remover?.end()
  }
}
