/// The first block of a segment (<doc:Disk-Format>, "Segment"). It is written together with the
/// segment's first group: until then the file is space made ready ahead.
public struct SegmentHeader: Hashable, Sendable {
  /// "INTACTSG" in ASCII, as a little-endian number.
  static let magic: UInt64 = 0x4753_5443_4154_4E49

  public var store: StoreIdentifier
  public var number: SegmentNumber
  /// The sequence of the first commit in this segment.
  public var firstSequence: CommitSequence
  /// The segment before this one in the log, or ``SegmentNumber/none``. What is not reached from
  /// the newest segment by these steps is no part of the log.
  public var previous: SegmentNumber
  /// Where the previous segment's groups end. What stands after it was never acknowledged and is
  /// cut off (F1, F2).
  public var previousEnd: UInt64

  public init(
    store: StoreIdentifier, number: SegmentNumber, firstSequence: CommitSequence,
    previous: SegmentNumber, previousEnd: UInt64
  ) {
    self.store = store
    self.number = number
    self.firstSequence = firstSequence
    self.previous = previous
    self.previousEnd = previousEnd
  }

  /// One block.
  public func encoded() -> [UInt8] {
    BlockHeader.encode(magic: Self.magic) { writer in
      writer.identifier(store)
      writer.integer(number.rawValue)
      writer.integer(firstSequence.rawValue)
      writer.integer(previous.rawValue)
      writer.integer(previousEnd)
    }
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = try BlockHeader.reader(bytes, magic: Self.magic, structure: "segment header")
    store = try reader.identifier()
    number = try reader.segment()
    firstSequence = try reader.sequence()
    previous = try reader.segment()
    previousEnd = try reader.number("previous end")
    guard previous < number else { throw reader.malformed("previous segment") }
  }
}
