/// The first block of a checkpoint (<doc:Disk-Format>, "Checkpoint").
public struct CheckpointHeader: Hashable, Sendable {
  /// "INTACTCP" in ASCII, as a little-endian number.
  static let magic: UInt64 = 0x5043_5443_4154_4E49

  /// How many words of ``state`` there is room for.
  public static let stateCountMax = 16

  public var store: StoreIdentifier
  /// The last commit whose effects the checkpoint holds.
  public var through: CommitSequence
  /// The group to go on from: it holds the first commit after ``through``, or will when it is
  /// written. Commits in it up to ``through`` are skipped.
  public var start: LogPosition
  /// Blob numbers below this have been given away.
  public var nextBlob: BlobNumber
  public var created: Timestamp
  /// Words that mean something to the layer above, such as the next inode number.
  public var state: [UInt64]

  public init(
    store: StoreIdentifier, through: CommitSequence, start: LogPosition, nextBlob: BlobNumber,
    created: Timestamp, state: [UInt64]
  ) {
    self.store = store
    self.through = through
    self.start = start
    self.nextBlob = nextBlob
    self.created = created
    self.state = state
  }

  /// One block.
  /// - Precondition: not more than ``stateCountMax`` words of state.
  public func encoded() -> [UInt8] {
    precondition(state.count <= Self.stateCountMax)
    return BlockHeader.encode(magic: Self.magic) { writer in
      writer.identifier(store)
      writer.integer(through.rawValue)
      writer.position(start)
      writer.integer(nextBlob.rawValue)
      writer.timestamp(created)
      writer.integer(UInt32(state.count))
      for word in state { writer.integer(word) }
    }
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = try BlockHeader.reader(bytes, magic: Self.magic, structure: "checkpoint header")
    store = try reader.identifier()
    through = try reader.sequence()
    start = try reader.position()
    nextBlob = try reader.blob()
    created = try reader.timestamp()
    let count = try reader.integer(UInt32.self)
    guard count <= Self.stateCountMax else { throw reader.malformed("state") }
    state = []
    for _ in 0..<count { state.append(try reader.integer()) }
  }
}
