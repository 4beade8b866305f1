/// A stored chunk moves: whatever referred to `from` refers to `to` from now on. A `from` that
/// nothing refers to is ignored.
public struct RelocateRecord: Hashable, Sendable {
  /// Where the chunk began.
  public var from: LogPosition
  /// Where it begins now.
  public var to: ChunkLocation
  /// The chunk's length in bytes.
  public var length: UInt64

  public init(from: LogPosition, to: ChunkLocation, length: UInt64) {
    self.from = from
    self.to = to
    self.length = length
  }
}

extension RelocateRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.position(from)
    writer.integer(length)
    to.encode(into: &writer)
    return 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags == 0 else { throw reader.malformed("flags") }
    from = try reader.position()
    length = try reader.integer()
    to = try ChunkLocation(from: &reader)
  }
}
