/// A range of a file's content and where its bytes come from.
public struct ExtentRecord: Hashable, Sendable {
  /// Where an extent's bytes come from.
  public enum Source: Hashable, Sendable {
    /// Zeros.
    case hole
    /// The chunk's bytes from `offset` on.
    case chunk(ChunkRecord, offset: UInt64)
  }

  /// Bytes from the beginning of the file.
  public var fileOffset: UInt64
  /// Bytes; not zero.
  public var length: UInt64
  public var source: Source

  public init(fileOffset: UInt64, length: UInt64, source: Source) {
    self.fileOffset = fileOffset
    self.length = length
    self.source = source
  }
}

extension ExtentRecord {
  func encode(into writer: inout ByteWriter) {
    writer.integer(fileOffset)
    writer.integer(length)
    switch source {
    case .hole:
      writer.integer(UInt8(0))
    case .chunk(let chunk, let offset):
      writer.integer(UInt8(1))
      writer.integer(offset)
      chunk.encode(into: &writer)
    }
  }

  init(from reader: inout ByteReader) throws(FormatError) {
    fileOffset = try reader.integer()
    length = try reader.integer()
    let (_, beyond) = fileOffset.addingReportingOverflow(length)
    guard length > 0, !beyond else { throw reader.malformed("extent") }
    switch try reader.integer(UInt8.self) {
    case 0:
      source = .hole
    case 1:
      let offset = try reader.integer(UInt64.self)
      let chunk = try ChunkRecord(from: &reader)
      let (end, beyond) = offset.addingReportingOverflow(length)
      guard !beyond, end <= chunk.length else { throw reader.malformed("extent") }
      source = .chunk(chunk, offset: offset)
    default:
      throw reader.malformed("extent")
    }
  }
}
