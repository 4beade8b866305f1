import LogFormat

/// Headers of which each field may be anything.
extension Superblock {
  static func odd(_ chance: inout Chance) -> Superblock {
    Superblock(
      store: StoreIdentifier(high: chance.word(), low: chance.word()),
      segmentSize: chance.once(in: 2) ? StoreImage.segmentSize : chance.wild(),
      created: chance.time())
  }
}

extension SegmentHeader {
  static func odd(_ chance: inout Chance) -> SegmentHeader {
    SegmentHeader(
      store: StoreIdentifier(high: chance.word(), low: chance.word()),
      number: SegmentNumber(rawValue: chance.wild()),
      firstSequence: CommitSequence(rawValue: chance.wild()),
      previous: SegmentNumber(rawValue: chance.wild()), previousEnd: chance.wild())
  }
}

extension CheckpointHeader {
  static func odd(_ chance: inout Chance) -> CheckpointHeader {
    CheckpointHeader(
      store: StoreIdentifier(high: chance.word(), low: chance.word()),
      through: CommitSequence(rawValue: chance.wild()),
      start: LogPosition(
        segment: SegmentNumber(rawValue: chance.wild()), offset: chance.wild()),
      nextBlob: BlobNumber(rawValue: chance.wild()), created: chance.time(),
      state: (0..<chance.below(CheckpointHeader.stateCountMax + 1)).map { _ in chance.wild() })
  }
}

extension GroupHeader {
  static func odd(_ chance: inout Chance) -> GroupHeader {
    GroupHeader(
      storeTag: chance.word(),
      position: LogPosition(
        segment: SegmentNumber(rawValue: chance.wild()), offset: chance.wild()),
      firstSequence: CommitSequence(rawValue: chance.wild()),
      commitCount: UInt32(truncatingIfNeeded: chance.wild()), payloadLength: chance.wild(),
      payloadChecksum: chance.word())
  }
}

extension FrameHeader {
  static func odd(_ chance: inout Chance) -> FrameHeader {
    FrameHeader(
      index: UInt32(truncatingIfNeeded: chance.wild()), isLast: chance.once(in: 2),
      through: CommitSequence(rawValue: chance.wild()), recordCount: chance.wild(),
      payloadLength: UInt32(truncatingIfNeeded: chance.wild()), payloadChecksum: chance.word())
  }
}

extension CommitHeader {
  static func odd(_ chance: inout Chance) -> CommitHeader {
    CommitHeader(
      recordsLength: UInt32(truncatingIfNeeded: chance.wild()),
      contentLength: UInt32(truncatingIfNeeded: chance.wild()), time: chance.time())
  }
}
