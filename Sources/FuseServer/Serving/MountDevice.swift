import CLinux
import Glibc

/// The device number of the mounted file system: the same inode number may be in use on another
/// one. It is the same through every mount of it (bind mounts, other mount namespaces).
struct MountDevice: Sendable {
  /// `major << 32 | minor`.
  let number: UInt64

  /// By which `/sys/fs/fuse/connections` goes.
  var minor: UInt64 { number & 0xffff_ffff }

  /// Finds the last mount on a path; nil if there is none.
  init?(mountPoint: String) {
    // proc(5): the path has its spaces, tabs, newlines and backslashes as octal numbers.
    var escaped: [UInt8] = []
    for byte in mountPoint.utf8 {
      switch byte {
      case UInt8(ascii: " "): escaped += Array("\\040".utf8)
      case UInt8(ascii: "\t"): escaped += Array("\\011".utf8)
      case UInt8(ascii: "\n"): escaped += Array("\\012".utf8)
      case UInt8(ascii: "\\"): escaped += Array("\\134".utf8)
      default: escaped.append(byte)
      }
    }
    let last = MountDevice.table().last { fields in
      fields.count > 4 && fields[4].elementsEqual(escaped)
    }
    let parts = last?[2].split(separator: UInt8(ascii: ":")).compactMap {
      UInt64(String(decoding: $0, as: UTF8.self))
    }
    guard let parts, parts.count == 2 else { return nil }
    number = parts[0] << 32 | parts[1]
  }

  /// The lines of this process's mountinfo, split at spaces.
  private static func table() -> [[ArraySlice<UInt8>]] {
    let file = intact_open_process_file(getpid(), "mountinfo")
    guard file >= 0 else { return [] }
    defer { close(file) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { break }
      text += buffer[..<count]
    }
    return text.split(separator: UInt8(ascii: "\n")).map { $0.split(separator: UInt8(ascii: " ")) }
  }
}
