import Glibc

/// The flags of an `open`.
struct OpenFlags {
  let rawValue: Int32

  init(_ rawValue: Int32) { self.rawValue = rawValue }

  var truncates: Bool { rawValue & O_TRUNC != 0 }
  var isExclusive: Bool { rawValue & O_EXCL != 0 }
  var appends: Bool { rawValue & O_APPEND != 0 }
  /// The permissions that it takes, as the bits of access(2).
  var wanted: UInt32 {
    let mode = rawValue & O_ACCMODE
    return UInt32((mode != O_WRONLY ? R_OK : 0) | (mode != O_RDONLY || truncates ? W_OK : 0))
  }
  /// Each write is a commit (`O_SYNC` includes `O_DSYNC`).
  var isSynchronous: Bool { rawValue & O_DSYNC != 0 }
  /// With the right to write, or with an effect as if it had one.
  var writes: Bool { rawValue & O_ACCMODE != O_RDONLY || truncates }
}
