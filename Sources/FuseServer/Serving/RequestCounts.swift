import CFuse3
import Locking

/// How often the kernel has asked for what: a round trip each, and the most of what a call costs
/// that waits for no disk.
final class RequestCounts: Sendable {
  /// The protocol's numbers; each request begins with its length and that.
  private static let names: [UInt32: String] = [
    1: "LOOKUP", 2: "FORGET", 3: "GETATTR", 4: "SETATTR", 5: "READLINK", 6: "SYMLINK", 8: "MKNOD",
    9: "MKDIR", 10: "UNLINK", 11: "RMDIR", 12: "RENAME", 13: "LINK", 14: "OPEN", 15: "READ",
    16: "WRITE", 17: "STATFS", 18: "RELEASE", 20: "FSYNC", 21: "SETXATTR", 22: "GETXATTR",
    23: "LISTXATTR", 24: "REMOVEXATTR", 25: "FLUSH", 26: "INIT", 27: "OPENDIR", 28: "READDIR",
    29: "RELEASEDIR", 30: "FSYNCDIR", 31: "GETLK", 32: "SETLK", 33: "SETLKW", 35: "CREATE",
    36: "INTERRUPT", 42: "BATCH_FORGET", 43: "FALLOCATE", 44: "READDIRPLUS", 45: "RENAME2",
    46: "LSEEK", 47: "COPY_FILE_RANGE",
  ]

  private let counts = Mutex([UInt64](repeating: 0, count: 64))

  /// A request has come, and was not processed yet.
  func note(_ request: fuse_buf) {
    guard let memory = request.mem, request.size >= 8 else { return }
    let number = Int(memory.load(fromByteOffset: 4, as: UInt32.self))
    counts.withLock { if number < $0.count { $0[number] += 1 } }
  }

  /// By their names, without what never came.
  var byName: [String: UInt64] {
    let counts = counts.withLock { $0 }
    return Self.names.reduce(into: [:]) { named, entry in
      let count = counts[Int(entry.key)]
      if count > 0 { named[entry.value] = count }
    }
  }
}
