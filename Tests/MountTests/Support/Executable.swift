import Glibc
import SystemPackage

/// The program under test, built next to the test bundle.
enum Executable {
  /// The directory of the test bundle.
  static let directory: FilePath = {
    let pathLimit = 4096
    var buffer = [CChar](repeating: 0, count: pathLimit)
    let count = readlink("/proc/self/exe", &buffer, pathLimit - 1)
    precondition(count > 0, "/proc/self/exe is not readable")
    let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
    return FilePath(String(decoding: bytes, as: UTF8.self)).removingLastComponent()
  }()

  /// The `intact` command.
  static let intact = directory.appending("intact")
}
