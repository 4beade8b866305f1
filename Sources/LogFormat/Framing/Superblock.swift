/// The file that makes a directory a store (<doc:Disk-Format>, "Superblock").
public struct Superblock: Hashable, Sendable {
  /// "INTACTSB" in ASCII, as a little-endian number.
  static let magic: UInt64 = 0x4253_5443_4154_4E49

  public var store: StoreIdentifier
  /// Bytes in each segment, header included.
  public var segmentSize: UInt64
  public var created: Timestamp

  public init(store: StoreIdentifier, segmentSize: UInt64, created: Timestamp) {
    self.store = store
    self.segmentSize = segmentSize
    self.created = created
  }

  /// One block.
  public func encoded() -> [UInt8] {
    BlockHeader.encode(magic: Self.magic) { writer in
      writer.identifier(store)
      writer.integer(segmentSize)
      writer.timestamp(created)
    }
  }

  /// - Throws: ``FormatError/newer(found:supported:)`` for a store of a newer format (F6).
  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = try BlockHeader.reader(bytes, magic: Self.magic, structure: "superblock")
    store = try reader.identifier()
    segmentSize = try reader.integer()
    created = try reader.timestamp()
    guard Self.allows(segmentSize: segmentSize) else { throw reader.malformed("segment size") }
  }

  /// Whether a segment may have so many bytes.
  public static func allows(segmentSize: UInt64) -> Bool {
    let block = UInt64(DiskFormat.blockSize)
    return segmentSize % block == 0 && segmentSize >= 2 * block
      && segmentSize <= DiskFormat.segmentSizeMax
  }
}
