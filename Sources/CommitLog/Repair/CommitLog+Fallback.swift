import LogFormat
import Storage

extension CommitLog {
  /// Reads what an opening falls back on if the newest checkpoint is damaged: every checkpoint that
  /// is kept, and the log from the oldest of them on. For a store that opens. Changes nothing.
  /// - Returns: what is damaged of it. By that alone nothing is lost.
  public static func checkFallback(_ storage: any Storage) throws -> [SalvageReport.Damage] {
    let superblock = try StoreOpening.superblock(storage)
    var damage: [SalvageReport.Damage] = []
    var oldest: CheckpointHeader?
    for path in try storage.list(.checkpoint).sorted(by: { $0.name < $1.name }) {
      guard case .checkpoint(let sequence) = path else { continue }
      do {
        let reader = try CheckpointReader(
          CommitSequence(rawValue: sequence), store: superblock.store, storage: storage)
        try reader.verify()
        oldest = oldest ?? reader.header
      } catch {
        damage.append(SalvageReport.Damage(file: path, reason: "\(error)"))
      }
    }
    guard let oldest else { return damage }
    do {
      var chain = try SegmentChain(store: superblock.store, storage: storage)
      try chain.extend(to: oldest.start.segment, last: oldest.through)
      var replay = LogReplay(
        superblock: superblock, storage: storage, chain: chain, start: oldest.start,
        through: oldest.through)
      var nothing = NoRecovery()
      try replay.run(into: &nothing)
    } catch let error as LogDamage {
      let segment = StoragePath.segment(error.position.segment.rawValue)
      let end = superblock.segmentSize
      damage.append(
        SalvageReport.Damage(
          file: segment, range: min(error.position.offset, end)..<end, reason: error.reason))
    }
    return damage
  }
}

/// Takes in a log and keeps nothing of it.
private struct NoRecovery: LogRecovery {
  mutating func restore(_ record: Record) {}
  mutating func replay(_ commit: RecoveredCommit) {}
}
