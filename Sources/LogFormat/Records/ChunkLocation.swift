/// Where a chunk's bytes are.
public enum ChunkLocation: Hashable, Sendable {
  /// `offset` bytes into the content section of the commit that holds the record.
  case inline(offset: UInt32)
  /// Stored before.
  case stored(ContentLocation)
}

extension ChunkLocation {
  var isInBlob: Bool {
    if case .stored(.blob) = self { true } else { false }
  }

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
      self = .stored(.log(try reader.position()))
    case 2:
      let number = try reader.blob()
      self = .stored(.blob(number, offset: try reader.number("offset")))
    default:
      throw reader.malformed("location")
    }
  }
}
