/// What stands before each commit in a group (<doc:Disk-Format>, "Commit"). Its bytes are covered
/// by the group's checksum.
public struct CommitHeader: Hashable, Sendable {
  /// Bytes of the header.
  public static let length = 24

  /// Bytes of the records.
  public var recordsLength: UInt32
  /// Bytes of the content section, which follows the records.
  public var contentLength: UInt32
  /// When the commit was made.
  public var time: Timestamp

  public init(recordsLength: UInt32, contentLength: UInt32, time: Timestamp) {
    self.recordsLength = recordsLength
    self.contentLength = contentLength
    self.time = time
  }

  /// Bytes of header, records and content.
  public var extent: UInt64 {
    UInt64(Self.length) + UInt64(recordsLength) + UInt64(contentLength)
  }

  /// ``length`` bytes.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(recordsLength)
    writer.integer(contentLength)
    writer.timestamp(time)
    writer.zeros(4)
    return writer.bytes
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = ByteReader(bytes, structure: "commit header")
    recordsLength = try reader.integer()
    contentLength = try reader.integer()
    time = try reader.timestamp()
    try reader.reserved(4)
  }
}
