/// A file gets a new version of its content.
public struct ContentRecord: Hashable, Sendable {
  public var inode: Inode
  /// The content's size in bytes afterwards; what lies beyond it is cut off.
  public var size: UInt64
  /// True: the extents are the whole content. False: they overlay the present ones.
  public var replacesAll: Bool
  /// The chunks that the extents refer to, each once.
  public var chunks: [ChunkRecord]
  /// Ranges that no extent covers are holes: they read as zeros. A later extent overlays an
  /// earlier one.
  public var extents: [ExtentRecord]

  public init(
    inode: Inode, size: UInt64, replacesAll: Bool, chunks: [ChunkRecord], extents: [ExtentRecord]
  ) {
    self.inode = inode
    self.size = size
    self.replacesAll = replacesAll
    self.chunks = chunks
    self.extents = extents
  }
}

extension ContentRecord: RecordBody {
  /// <doc:Records>, "Set content".
  private static let replacesAllFlag: UInt16 = 1

  /// The largest file, in bytes.
  static let sizeMax = UInt64(Int64.max)

  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(inode)
    writer.integer(size)
    writer.integer(UInt32(chunks.count))
    for chunk in chunks { chunk.encode(into: &writer) }
    writer.integer(UInt32(extents.count))
    for extent in extents { extent.encode(into: &writer) }
    return replacesAll ? Self.replacesAllFlag : 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags & ~Self.replacesAllFlag == 0 else { throw reader.malformed("flags") }
    inode = try reader.inode()
    size = try reader.integer()
    guard size <= Self.sizeMax else { throw reader.malformed("size") }
    replacesAll = flags & Self.replacesAllFlag != 0
    // The counts are not trusted with an allocation: each item must be there to be counted.
    chunks = []
    for _ in 0..<(try reader.integer(UInt32.self)) {
      chunks.append(try ChunkRecord(from: &reader))
    }
    extents = []
    for _ in 0..<(try reader.integer(UInt32.self)) {
      extents.append(try ExtentRecord(from: &reader, chunks: chunks))
    }
  }
}
