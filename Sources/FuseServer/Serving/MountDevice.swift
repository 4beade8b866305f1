import CLinux
import Glibc

/// The mounted file system as `/proc` names it: the same inode number may be in use on another one.
struct MountDevice: Sendable {
  /// As in `mountinfo`: `major:minor`.
  private let number: [UInt8]
  /// The mount that was made; the file system may be seen through others as well (bind mounts,
  /// other mount namespaces).
  private let mount: UInt64
  /// The mount point lies below `/dev`.
  let isBelowDevices: Bool

  /// The minor device number, by which `/sys/fs/fuse/connections` goes.
  var minor: UInt64? {
    number.split(separator: UInt8(ascii: ":")).last.flatMap {
      UInt64(String(decoding: $0, as: UTF8.self))
    }
  }

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
    let last = MountDevice.table(of: getpid()).last { fields in
      fields.count > 4 && fields[4].elementsEqual(escaped)
    }
    guard let last, let mount = UInt64(String(decoding: last[0], as: UTF8.self)) else { return nil }
    number = Array(last[2])
    self.mount = mount
    isBelowDevices = mountPoint.hasPrefix("/dev/")
  }

  /// Whether the mount that a process calls `mount` is of this file system.
  func has(mount: UInt64, seenBy process: pid_t) -> Bool {
    if mount == self.mount { return true }
    let name = Array(String(mount).utf8)
    let found = MountDevice.table(of: process).first { $0.count > 2 && $0[0].elementsEqual(name) }
    return found.map { $0[2].elementsEqual(number) } ?? false
  }

  /// The lines of a process's mountinfo, split at spaces.
  private static func table(of process: pid_t) -> [[ArraySlice<UInt8>]] {
    let file = intact_open_process_file(process, "mountinfo")
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
