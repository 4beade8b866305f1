/// Where a chunk's bytes are.
public enum ChunkLocation: Hashable, Sendable {
  /// `offset` bytes into the content section of the commit that holds the record.
  case inline(offset: UInt32)
  /// Stored before.
  case stored(ContentLocation)
}

extension ChunkLocation {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .inline(let offset):
      writer.integer(UInt8(0))
      writer.integer(offset)
    case .stored(.log(let position)):
      writer.integer(UInt8(1))
      writer.position(position)
    case .stored(.blob(let number, let offset)):
      writer.integer(UInt8(2))
      writer.integer(number.rawValue)
      writer.integer(offset)
    }
  }

  init(from reader: inout ByteReader) throws(FormatError) {
    switch try reader.integer(UInt8.self) {
    case 0:
      self = .inline(offset: try reader.integer())
    case 1:
      let position = try reader.position()
      try Self.check(position.offset, reader)
      self = .stored(.log(position))
    case 2:
      let number = BlobNumber(rawValue: try reader.integer())
      let offset = try reader.integer(UInt64.self)
      try Self.check(offset, reader)
      self = .stored(.blob(number, offset: offset))
    default:
      throw reader.malformed("location")
    }
  }

  /// Nothing that is added to an offset in a chunk may go beyond what a file can have.
  private static func check(_ offset: UInt64, _ reader: ByteReader) throws(FormatError) {
    guard offset < 1 << 62 else { throw reader.malformed("location") }
  }
}
