import Glibc

/// The flags of an `open`.
struct OpenFlags {
  let rawValue: Int32

  init(_ rawValue: Int32) { self.rawValue = rawValue }

  var truncates: Bool { rawValue & O_TRUNC != 0 }
  var isExclusive: Bool { rawValue & O_EXCL != 0 }
  /// With the right to write, or with an effect as if it had one.
  var writes: Bool { rawValue & O_ACCMODE != O_RDONLY || truncates }
}
