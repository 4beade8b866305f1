/// What stands before each frame of a checkpoint (<doc:Disk-Format>, "Frame").
public struct FrameHeader: Hashable, Sendable {
  /// "FRAM" in ASCII, as a little-endian number.
  static let magic: UInt32 = 0x4D41_5246

  /// Bytes of the header.
  public static let length = 48

  /// A frame is closed when its payload reaches this many bytes; only one that holds a single
  /// record may be larger.
  public static let payloadTarget = 1 << 20

  /// Counts the frames of a checkpoint from 0.
  public var index: UInt32
  /// True for the frame without records that ends a checkpoint.
  public var isLast: Bool
  /// The checkpoint's, so that stale bytes in reused space never pass for a frame.
  public var through: CommitSequence
  /// Records in this frame; in the last frame, those in the whole checkpoint.
  public var recordCount: UInt64
  /// Bytes of the records.
  public var payloadLength: UInt32
  public var payloadChecksum: UInt64

  public init(
    index: UInt32, isLast: Bool, through: CommitSequence, recordCount: UInt64,
    payloadLength: UInt32, payloadChecksum: UInt64
  ) {
    self.index = index
    self.isLast = isLast
    self.through = through
    self.recordCount = recordCount
    self.payloadLength = payloadLength
    self.payloadChecksum = payloadChecksum
  }

  /// ``length`` bytes.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(Self.magic)
    writer.integer(index)
    writer.integer(through.rawValue)
    writer.integer(recordCount)
    writer.integer(payloadLength)
    writer.integer(UInt32(isLast ? 1 : 0))
    writer.integer(payloadChecksum)
    writer.checksum()
    return writer.bytes
  }

  /// Whether the bytes begin as a frame header does: a quick look, for whoever searches for one.
  public static func mayBegin(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= length
      && UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) == magic
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = ByteReader(bytes, structure: "frame header")
    guard try reader.integer(UInt32.self) == Self.magic else {
      throw .notFound(structure: reader.structure)
    }
    index = try reader.integer()
    through = try reader.sequence()
    recordCount = try reader.integer()
    payloadLength = try reader.integer()
    let flags = try reader.integer(UInt32.self)
    payloadChecksum = try reader.integer()
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<reader.offset])
    guard try reader.integer(UInt64.self) == Checksum.of(covered) else {
      throw .checksumMismatch(structure: reader.structure)
    }
    guard flags <= 1 else { throw reader.malformed("flags") }
    isLast = flags == 1
  }
}
