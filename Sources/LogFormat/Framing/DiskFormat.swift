/// The numbers that the whole format shares (<doc:Disk-Format>).
public enum DiskFormat {
  /// The version of what is on the disk. It has nothing to do with the program's version.
  public static let version: UInt32 = 1

  /// Headers fill a block and groups begin at one: the unit of direct I/O. Bytes.
  public static let blockSize = 4096

  /// The size of a segment in a new store, in bytes.
  public static let segmentSize: UInt64 = 16 << 20

  /// The largest segment that a store may have, in bytes.
  static let segmentSizeMax: UInt64 = 1 << 30

  /// Numbers of files, commits, segments and blobs, and offsets in these, are below this: no sum of
  /// two overflows, even as a signed number.
  static let numberLimit: UInt64 = 1 << 62

  /// `length` rounded up to whole blocks.
  public static func blocks(_ length: UInt64) -> UInt64 {
    (length + UInt64(blockSize) - 1) & ~UInt64(blockSize - 1)
  }
}
