import LogFormat
import Storage

/// Reads the log from a place on to its end, checks every byte on the way, and tells a torn tail
/// from damage (F2).
struct LogReplay {
  let superblock: Superblock
  let storage: any Storage
  let chain: SegmentChain

  /// The last commit that was read or is known from the checkpoint.
  private(set) var last: CommitSequence
  /// Where the groups end; ``SegmentNumber/none`` in an empty log.
  private(set) var end: LogPosition
  private(set) var groupStarts: [LogState.GroupStart] = []
  private(set) var bytes: UInt64 = 0
  private(set) var commitCount: UInt64 = 0
  /// Larger than the number of every blob that a record names.
  private(set) var nextBlob: UInt64 = 1
  private(set) var tornTail: RecoveryReport.TornTail?
  /// Segments with a torn group: nothing is written to them before they have another number.
  private(set) var tornSegments: Set<SegmentNumber> = []

  /// - Parameter chain: reaches back to `start`.
  init(
    superblock: Superblock, storage: any Storage, chain: SegmentChain, start: LogPosition,
    through: CommitSequence
  ) {
    self.superblock = superblock
    self.storage = storage
    self.chain = chain
    last = through
    end = start
  }

  /// Reads everything and hands each commit after the checkpoint to `recovery`.
  mutating func run(into recovery: inout some LogRecovery) throws {
    for (index, header) in chain.headers.enumerated() {
      let image = try SegmentImage(header.number, superblock: superblock, storage: storage)
      let isFirst = index == 0 && end.segment == header.number
      if !isFirst {
        try checkJoint(header)
        end = LogPosition(segment: header.number, offset: UInt64(DiskFormat.blockSize))
      }
      let next = index + 1 < chain.headers.count ? chain.headers[index + 1] : nil
      try readGroups(image, until: next?.previousEnd, mayBeginEarlier: isFirst, into: &recovery)
      if next == nil { try examineEnd(image) }
    }
    try examineTrailing()
  }

  private func checkJoint(_ header: SegmentHeader) throws {
    guard header.previous == end.segment, header.previousEnd == end.offset else {
      throw damage(next: header.firstSequence, "segment \(header.number.rawValue) does not join on")
    }
    guard header.firstSequence == last.next else {
      throw damage(
        next: header.firstSequence,
        "segment \(header.number.rawValue) begins with commit \(header.firstSequence.rawValue)")
    }
  }

  /// Reads groups up to `limit`, or to the first place without a valid one.
  private mutating func readGroups(
    _ image: SegmentImage, until limit: UInt64?, mayBeginEarlier: Bool,
    into recovery: inout some LogRecovery
  ) throws {
    var mayBeginEarlier = mayBeginEarlier
    while limit.map({ end.offset < $0 }) ?? true {
      guard let header = image.groupHeader(at: end.offset) else { break }
      let mayBegin = mayBeginEarlier
      let isValid = try image.withPayload(of: header) { payload in
        guard header.firstSequence == last.next || mayBegin && header.firstSequence < last.next
        else {
          throw damage(next: header.firstSequence, "the group does not follow the one before it")
        }
        try replay(header, payload, into: &recovery)
      }
      guard isValid else { break }
      mayBeginEarlier = false
      groupStarts.append(
        LogState.GroupStart(firstSequence: header.firstSequence, position: header.position))
      bytes += header.extent
      end = header.position.advanced(by: header.extent)
    }
    if let limit, end.offset != limit {
      let next = image.nextGroup(from: end.offset + 1)?.firstSequence
      throw damage(next: next, "no valid group stands where one was acknowledged")
    }
  }

  private mutating func replay(
    _ header: GroupHeader, _ payload: UnsafeRawBufferPointer, into recovery: inout some LogRecovery
  ) throws {
    var cursor = CommitCursor(payload, of: header)
    for _ in 0..<header.commitCount {
      let commit = try decode { () throws(FormatError) in try cursor.next() }
      guard commit.sequence > last else { continue }
      note(commit.records)
      try recovery.replay(commit)
      last = commit.sequence
      commitCount += 1
    }
    guard cursor.isAtEnd else { throw damage(next: nil, "a group is longer than its commits") }
  }

  /// The number of a blob that is gone is not used again while a record speaks of it.
  private mutating func note(_ records: [Record]) {
    for case .setContent(let record) in records {
      for case .stored(.blob(let number, _)) in record.chunks.map(\.location) {
        nextBlob = max(nextBlob, number.rawValue + 1)
      }
    }
  }

  /// What matches its checksum and still cannot be read is no torn tail.
  private func decode<R>(_ body: () throws(FormatError) -> R) throws -> R {
    do throws(FormatError) {
      return try body()
    } catch {
      throw damage(next: nil, "\(error)")
    }
  }

  /// The last segment ends at the first place without a valid group. A group is written only after
  /// the one before it was flushed: if any stands further on, this is no torn tail.
  private mutating func examineEnd(_ image: SegmentImage) throws {
    if let torn = image.groupHeader(at: end.offset) {
      tornTail = RecoveryReport.TornTail(position: end, length: torn.extent)
      tornSegments.insert(end.segment)
    }
    let block = UInt64(DiskFormat.blockSize)
    if let later = image.nextGroup(from: end.offset + block) {
      throw damage(
        next: later.firstSequence, "a later group is valid, at offset \(later.position.offset)")
    }
  }

  /// Segments behind the last one hold no group, but for one whose first write, segment header
  /// included, was cut short: by this power cut or, if the log went on elsewhere, by an earlier
  /// one. Such a group never follows one that is missing. They are read to their ends: where the
  /// beginning is lost, what follows it tells a segment of the log from a spare.
  private mutating func examineTrailing() throws {
    let block = UInt64(DiskFormat.blockSize)
    for number in chain.trailing {
      let image = try SegmentImage(number, superblock: superblock, storage: storage)
      guard let group = image.nextGroup(from: block) else { continue }
      guard group.position.offset == block, group.firstSequence <= last.next,
        image.nextGroup(from: block + 1) == nil
      else {
        throw LogDamage(
          position: LogPosition(segment: number, offset: 0), last: last, next: group.firstSequence,
          reason: "a segment without a valid header holds valid groups")
      }
      tornSegments.insert(number)
      if tornTail == nil, group.firstSequence == last.next {
        tornTail = RecoveryReport.TornTail(position: group.position, length: group.extent)
      }
    }
  }

  private func damage(next: CommitSequence?, _ reason: String) -> LogDamage {
    LogDamage(position: end, last: last, next: next, reason: reason)
  }
}
