import LogFormat
import Storage

/// Everything that is read when a store is opened. Nothing on the disk is changed here.
struct StoreOpening {
  let superblock: Superblock
  private(set) var report = RecoveryReport()
  private(set) var replay: LogReplay
  /// The checkpoints that can be relied on, oldest first.
  private(set) var covers: [RetainedCheckpoints.Cover] = []
  private(set) var nextBlob: UInt64 = 1

  /// Reads the store: the newest sound checkpoint, and the log after it.
  /// - Throws: ``LogDamage``, a `FormatError` or a `StorageError`.
  init(_ storage: any Storage, recovery: inout some LogRecovery) throws {
    superblock = try Self.superblock(storage)
    var chain = try SegmentChain(store: superblock.store, storage: storage)
    let sequences = try storage.list(.checkpoint).compactMap { path -> CommitSequence? in
      guard case .checkpoint(let sequence) = path else { return nil }
      return CommitSequence(rawValue: sequence)
    }.sorted(by: >)
    let reader = try Self.newestSound(
      sequences, superblock: superblock, storage: storage, report: &report)
    let through = reader?.header.through ?? .zero
    let start = reader?.header.start ?? LogPosition(segment: .none, offset: 0)
    do {
      try chain.extend(to: start.segment, last: through)
    } catch var damage as LogDamage {
      // Perhaps a checkpoint would have made what is missing unnecessary.
      for checkpoint in report.damagedCheckpoints {
        damage.reason += "; checkpoint \(checkpoint.sequence.rawValue): \(checkpoint.reason)"
      }
      throw damage
    }
    try reader?.forEachRecord { try recovery.restore($0) }
    replay = LogReplay(
      superblock: superblock, storage: storage, chain: chain, start: start, through: through)
    try replay.run(into: &recovery)
    // A checkpoint is written after the log that it covers was flushed.
    if let known = sequences.first, replay.last < known {
      throw LogDamage(
        position: replay.end, last: replay.last, next: known.next,
        reason: "checkpoint \(known.rawValue) has seen more of the log")
    }
    try checkEnd(storage)
    finish(reader, older: sequences, storage: storage)
  }

  /// Reads the superblock alone.
  static func superblock(_ storage: any Storage) throws -> Superblock {
    let block = AlignedBuffer(count: DiskFormat.blockSize)
    let file = try storage.open(.superblock, .read)
    let count = try block.withBytes { bytes throws(StorageError) in
      try file.read(at: 0, into: bytes)
    }
    return try block.withBytes(in: 0..<count) { bytes throws(FormatError) in
      try Superblock(bytes)
    }
  }

  private static func newestSound(
    _ sequences: [CommitSequence], superblock: Superblock, storage: any Storage,
    report: inout RecoveryReport
  ) throws -> CheckpointReader? {
    for sequence in sequences {
      do {
        let reader = try CheckpointReader(sequence, store: superblock.store, storage: storage)
        guard reader.header.start.isPlace(in: superblock) else {
          throw FormatError.malformed(structure: "checkpoint header", field: "start")
        }
        try reader.verify()
        return reader
      } catch FormatError.newer(let found, let supported) {
        throw FormatError.newer(found: found, supported: supported)
      } catch {
        report.damagedCheckpoints.append(
          RecoveryReport.DamagedCheckpoint(sequence: sequence, reason: "\(error)"))
      }
    }
    // Without one that is sound there is still the whole log, if it goes back to its beginning.
    return nil
  }

  private mutating func finish(
    _ reader: CheckpointReader?, older sequences: [CommitSequence], storage: any Storage
  ) {
    report.last = replay.last
    report.commitsReplayed = replay.commitCount
    report.tornTail = replay.tornTail
    guard let reader else { return }
    report.checkpoint = reader.header.through
    report.checkpointState = reader.header.state
    nextBlob = reader.header.nextBlob.rawValue
    covers = [Self.cover(reader)]
    // The one before it is kept in case this one is damaged; if it is damaged itself, nothing is
    // recycled before there are two again.
    let previous = sequences.first { $0 < reader.header.through }
    if let previous,
      let older = try? CheckpointReader(previous, store: superblock.store, storage: storage)
    {
      covers.insert(Self.cover(older), at: 0)
    }
  }

  private static func cover(_ reader: CheckpointReader) -> RetainedCheckpoints.Cover {
    .init(through: reader.header.through, start: reader.header.start, size: reader.size)
  }
}

extension LogPosition {
  /// Whether a group can begin, or the log end, there.
  fileprivate func isPlace(in superblock: Superblock) -> Bool {
    guard segment != .none else { return offset == 0 }
    let block = UInt64(DiskFormat.blockSize)
    return offset % block == 0 && (block...superblock.segmentSize).contains(offset)
  }
}
