/// What stands before the commits that were written and flushed together (<doc:Disk-Format>,
/// "Group").
public struct GroupHeader: Hashable, Sendable {
  /// "GRUP" in ASCII, as a little-endian number.
  static let magic: UInt32 = 0x5055_5247

  /// Bytes of the header.
  public static let length = 64

  /// ``StoreIdentifier/high`` of the store.
  public var storeTag: UInt64
  /// Where the group stands. It is part of what is checked, so that stale or copied bytes never
  /// pass for a group.
  public var position: LogPosition
  public var firstSequence: CommitSequence
  /// How many commits; at least one.
  public var commitCount: UInt32
  /// Bytes of the commits, without this header and the padding.
  public var payloadLength: UInt64
  public var payloadChecksum: UInt64

  public init(
    storeTag: UInt64, position: LogPosition, firstSequence: CommitSequence, commitCount: UInt32,
    payloadLength: UInt64, payloadChecksum: UInt64
  ) {
    self.storeTag = storeTag
    self.position = position
    self.firstSequence = firstSequence
    self.commitCount = commitCount
    self.payloadLength = payloadLength
    self.payloadChecksum = payloadChecksum
  }

  /// Bytes on the disk: header, payload, padding to a whole block.
  public var extent: UInt64 { DiskFormat.blocks(UInt64(Self.length) + payloadLength) }

  /// ``length`` bytes.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(Self.magic)
    writer.integer(commitCount)
    writer.integer(storeTag)
    writer.position(position)
    writer.integer(firstSequence.rawValue)
    writer.integer(payloadLength)
    writer.integer(payloadChecksum)
    writer.checksum()
    return writer.bytes
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = ByteReader(bytes, structure: "group header")
    guard try reader.integer(UInt32.self) == Self.magic else {
      throw .notFound(structure: reader.structure)
    }
    commitCount = try reader.integer()
    storeTag = try reader.integer()
    position = try reader.position()
    firstSequence = try reader.sequence()
    payloadLength = try reader.integer()
    payloadChecksum = try reader.integer()
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<reader.offset])
    guard try reader.integer(UInt64.self) == Checksum.of(covered) else {
      throw .checksumMismatch(structure: reader.structure)
    }
    // Below this bound `extent` cannot overflow.
    guard commitCount > 0, firstSequence > .zero, payloadLength < 1 << 40 else {
      throw reader.malformed("size")
    }
  }
}
