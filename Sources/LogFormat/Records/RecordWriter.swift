/// Writes records one after the other (<doc:Records>).
public struct RecordWriter: Sendable {
  private var writer = ByteWriter()

  public init() {}

  /// The records so far.
  public var bytes: [UInt8] { writer.bytes }

  /// Bytes so far.
  public var count: Int { writer.bytes.count }

  /// Appends one record.
  /// - Precondition: its names and values fit their length fields; a chunk has as many checksums
  ///   as blocks.
  public mutating func append(_ record: Record) {
    let start = writer.bytes.count
    writer.integer(record.type.rawValue)
    writer.integer(UInt16(0))
    writer.integer(UInt32(0))
    let flags = record.body.encode(into: &writer)
    let length = UInt32(writer.bytes.count - start - RecordReader.headLength)
    writer.patch(UInt32(record.type.rawValue) | UInt32(flags) << 16, at: start)
    writer.patch(length, at: start + 4)
  }

  /// Forgets the records and keeps the space, to write others.
  public mutating func removeAll() {
    writer.removeAll()
  }
}
