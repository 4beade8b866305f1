/// What the headers that fill a block have in common: magic and version at the front, where every
/// later version finds them too, and the block's checksum at its end.
enum BlockHeader {
  private static let checksumOffset = DiskFormat.blockSize - 8

  static func encode(magic: UInt64, _ fields: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(magic)
    writer.integer(DiskFormat.version)
    writer.zeros(4)
    fields(&writer)
    writer.zeros(checksumOffset - writer.bytes.count)
    writer.checksum()
    return writer.bytes
  }

  /// Checks magic, version and checksum and answers a reader that stands at the first field.
  ///
  /// Of a newer superblock not even the place of the checksum is known, so its version is believed
  /// as it stands. Other headers are read only after it: there a strange version without the right
  /// checksum is damage.
  static func reader(
    _ bytes: UnsafeRawBufferPointer, magic: UInt64, structure: String
  ) throws(FormatError) -> ByteReader {
    var reader = ByteReader(bytes, structure: structure)
    guard try reader.integer(UInt64.self) == magic else { throw .notFound(structure: structure) }
    let version = try reader.integer(UInt32.self)
    let newer = FormatError.newer(found: version, supported: DiskFormat.version)
    if magic == Superblock.magic, version > DiskFormat.version { throw newer }
    guard bytes.count >= DiskFormat.blockSize else { throw .truncated(structure: structure) }
    let stored = bytes.loadUnaligned(fromByteOffset: checksumOffset, as: UInt64.self)
    guard
      Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
        == UInt64(littleEndian: stored)
    else { throw .checksumMismatch(structure: structure) }
    guard version <= DiskFormat.version else { throw newer }
    guard version > 0 else { throw reader.malformed("version") }
    try reader.reserved(4)
    return reader
  }
}
