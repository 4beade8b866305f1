/// Reads records off bytes that nothing is known about: anything that is not exactly as the format
/// says is an error, and nothing outside the bytes is ever touched.
public struct RecordReader {
  /// Type, flags and body length before each record's body (<doc:Records>).
  static let headLength = 8

  private var reader: ByteReader

  /// - Parameter bytes: must stay valid as long as the reader is used.
  public init(_ bytes: UnsafeRawBufferPointer) {
    reader = ByteReader(bytes, structure: "record")
  }

  /// The next record, or nil at the end of the bytes.
  public mutating func next() throws(FormatError) -> Record? {
    guard reader.remaining > 0 else { return nil }
    let number = try reader.integer(UInt16.self)
    let flags = try reader.integer(UInt16.self)
    let length = try reader.integer(UInt32.self)
    guard let type = RecordType(rawValue: number) else { throw .unknownRecord(type: number) }
    var body = ByteReader(try reader.slice(UInt64(length)), structure: "record")
    let record = try Record(type: type, from: &body, flags: flags)
    guard body.remaining == 0 else { throw body.malformed("length") }
    return record
  }

  /// All the records in `bytes`.
  public static func records(in bytes: UnsafeRawBufferPointer) throws(FormatError) -> [Record] {
    var reader = RecordReader(bytes)
    var records: [Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }
}
