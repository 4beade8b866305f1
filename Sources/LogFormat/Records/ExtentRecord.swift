/// A range of a file's content and where its bytes come from.
public struct ExtentRecord: Hashable, Sendable {
  /// Where an extent's bytes come from.
  public enum Source: Hashable, Sendable {
    /// Zeros.
    case hole
    /// The bytes from `offset` on of the chunk that stands at `index` in the record's chunks.
    case chunk(index: Int, offset: UInt64)
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
  /// In the place of a chunk's index (<doc:Records>, "Extent").
  private static let hole = UInt32.max

  func encode(into writer: inout ByteWriter) {
    writer.integer(fileOffset)
    writer.integer(length)
    switch source {
    case .hole:
      writer.integer(Self.hole)
      writer.integer(UInt64(0))
    case .chunk(let index, let offset):
      writer.integer(UInt32(index))
      writer.integer(offset)
    }
  }

  /// Reads an extent of one of `chunks`.
  init(from reader: inout ByteReader, chunks: [ChunkRecord]) throws(FormatError) {
    fileOffset = try reader.integer()
    length = try reader.integer()
    let (_, beyond) = fileOffset.addingReportingOverflow(length)
    guard length > 0, !beyond else { throw reader.malformed("extent") }
    let index = try reader.integer(UInt32.self)
    let offset = try reader.integer(UInt64.self)
    guard index != Self.hole else {
      guard offset == 0 else { throw reader.malformed("extent") }
      source = .hole
      return
    }
    guard index < chunks.count, fileOffset + length <= ContentRecord.sizeMax else {
      throw reader.malformed("extent")
    }
    let (end, past) = offset.addingReportingOverflow(length)
    guard !past, end <= chunks[Int(index)].length else { throw reader.malformed("extent") }
    source = .chunk(index: Int(index), offset: offset)
  }
}
