import LogFormat
import Storage
import TestSupport

/// The files of a store, written by hand so that each field can be another than it should be, with
/// checksums that match.
struct StoreImage {
  static let segmentSize: UInt64 = 64 << 10

  private static let store = StoreIdentifier(high: 0x1122_3344_5566_7788, low: 0x99AA_BBCC)

  /// One choice in so many is an odd one; 0 for none.
  let oddity: UInt64
  var files: [StoragePath: [UInt8]] = [:]
  private(set) var last: UInt64 = 0
  private var segment: UInt64 = 0
  private var bytes: [UInt8] = []
  private var payload: [UInt8] = []
  private var commitCount: UInt32 = 0

  init(oddity: UInt64, _ chance: inout Chance) {
    self.oddity = oddity
    let odd = oddity > 0 && chance.once(in: 4 * oddity)
    files[.superblock] =
      (odd
      ? Superblock.odd(&chance)
      : Superblock(
        store: Self.store, segmentSize: Self.segmentSize, created: chance.time())).encoded()
    files[.blob(1)] = chance.bytes(3000)
  }

  /// Where the next group goes.
  private var position: LogPosition {
    LogPosition(segment: SegmentNumber(rawValue: segment), offset: UInt64(bytes.count))
  }

  private func isOdd(_ chance: inout Chance) -> Bool { oddity > 0 && chance.once(in: oddity) }

  /// Adds a commit; answers where its content begins, or nil if it is too large.
  mutating func append(_ commit: Story.Commit, _ chance: inout Chance) -> LogPosition? {
    var writer = RecordWriter()
    for record in commit.records { writer.append(record) }
    var records = writer.bytes
    if oddity > 0, chance.once(in: 4 * oddity) { chance.damage(&records) }
    var header = CommitHeader(
      recordsLength: UInt32(records.count), contentLength: UInt32(commit.content.count),
      time: chance.time())
    let extent = Int(header.extent)
    guard extent < Int(Self.segmentSize) - DiskFormat.blockSize - GroupHeader.length else {
      return nil
    }
    let free = Int(Self.segmentSize) - bytes.count - GroupHeader.length
    if segment == 0 || payload.count + extent > free {
      endGroup(&chance)
      if segment == 0 || extent > Int(Self.segmentSize) - bytes.count - GroupHeader.length {
        beginSegment(&chance)
      }
    }
    if oddity > 0, chance.once(in: 8 * oddity) { header = .odd(&chance) }
    let start = position.advanced(
      by: UInt64(GroupHeader.length + payload.count + CommitHeader.length + records.count))
    payload += header.encoded() + records + commit.content
    commitCount += 1
    last += 1
    if chance.once(in: 3) { endGroup(&chance) }
    return start
  }

  private mutating func beginSegment(_ chance: inout Chance) {
    endSegment()
    var header = SegmentHeader(
      store: Self.store, number: SegmentNumber(rawValue: segment + 1),
      firstSequence: CommitSequence(rawValue: last + 1),
      previous: SegmentNumber(rawValue: segment), previousEnd: UInt64(bytes.count))
    if isOdd(&chance) {
      switch chance.below(3) {
      case 0: header.firstSequence = CommitSequence(rawValue: chance.wild())
      case 1: header.previous = SegmentNumber(rawValue: chance.wild())
      default: header.previousEnd = chance.wild()
      }
    }
    segment += 1
    bytes = header.encoded()
  }

  private mutating func endSegment() {
    guard segment > 0 else { return }
    // The first flush of a segment makes its whole length durable.
    let padding = max(0, Int(Self.segmentSize) - bytes.count)
    files[.segment(segment)] = bytes + [UInt8](repeating: 0, count: padding)
  }

  private mutating func endGroup(_ chance: inout Chance) {
    guard commitCount > 0 else { return }
    if oddity > 0, chance.once(in: 4 * oddity) { chance.damage(&payload) }
    var header = GroupHeader(
      storeTag: Self.store.high, position: position,
      firstSequence: CommitSequence(rawValue: last - UInt64(commitCount) + 1),
      commitCount: commitCount, payloadLength: UInt64(payload.count),
      payloadChecksum: payload.withUnsafeBytes { Checksum.of($0) })
    if isOdd(&chance) {
      switch chance.below(4) {
      case 0: header.firstSequence = CommitSequence(rawValue: chance.wild())
      case 1: header.commitCount = UInt32(truncatingIfNeeded: chance.wild())
      case 2: header.payloadLength = chance.wild()
      default: header = .odd(&chance)
      }
    }
    bytes += header.encoded() + payload
    bytes += [UInt8](repeating: 0, count: Int(DiskFormat.blocks(UInt64(bytes.count))) - bytes.count)
    payload = []
    commitCount = 0
  }

  /// Writes down everything so far once more, as a checkpoint.
  mutating func checkpoint(_ records: [Record], _ chance: inout Chance) {
    endGroup(&chance)
    var through = last
    var header = CheckpointHeader(
      store: Self.store, through: CommitSequence(rawValue: last), start: position,
      nextBlob: BlobNumber(rawValue: 2), created: chance.time(), state: [100])
    if isOdd(&chance) {
      header = .odd(&chance)
      header.store = Self.store
      if chance.once(in: 2) { header.start = position }
      through = header.through.rawValue & (.max >> 2)
    }
    var writer = RecordWriter()
    for record in records { writer.append(record) }
    var payload = writer.bytes
    if oddity > 0, chance.once(in: 2 * oddity) { chance.damage(&payload) }
    var frames: [UInt8] = []
    for isLast in [false, true] {
      var frame = FrameHeader(
        index: isLast ? 1 : 0, isLast: isLast, through: header.through,
        recordCount: UInt64(records.count), payloadLength: isLast ? 0 : UInt32(payload.count),
        payloadChecksum: (isLast ? [] : payload).withUnsafeBytes { Checksum.of($0) })
      if oddity > 0, chance.once(in: 4 * oddity) {
        let odd = FrameHeader.odd(&chance)
        frame.recordCount = odd.recordCount
        if chance.once(in: 2) { frame.payloadLength = odd.payloadLength }
      }
      frames += frame.encoded() + (isLast ? [] : payload)
    }
    files[.checkpoint(through)] = header.encoded() + frames
  }

  mutating func finish(_ chance: inout Chance) {
    endGroup(&chance)
    endSegment()
    if chance.once(in: 3) {
      files[.segment(segment + 1)] = [UInt8](repeating: 0, count: Int(Self.segmentSize))
    }
  }
}
