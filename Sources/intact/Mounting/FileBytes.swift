import Glibc
import SystemPackage

/// Whole small files, such as those below `/proc`, whose size is not known before they are read.
enum FileBytes {
  static func read(_ path: String) throws(Errno) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        return bytes
      } else if Glibc.errno != EINTR {
        throw .current
      }
    }
  }
}
