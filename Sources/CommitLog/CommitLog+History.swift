import LogFormat
import Storage

extension CommitLog {
  /// Reads the log as far back as its segments still reach, which is further than opening needs.
  /// Changes nothing, and retains nothing: what the commits refer to may be gone.
  /// - Parameter recovery: gets the newest sound checkpoint's records, for the names of what the
  ///   older commits are about; then every commit, oldest first, also those before the checkpoint.
  /// - Throws: as ``open(_:readOnly:configuration:recovery:)``.
  public static func readHistory(
    _ storage: any Storage, into recovery: inout some LogRecovery
  ) throws {
    var names = CheckpointOnly(base: recovery)
    let superblock = try StoreOpening(storage, recovery: &names).superblock
    recovery = names.base
    var chain = try SegmentChain(store: superblock.store, storage: storage)
    try chain.extendToOldest()
    guard let first = chain.headers.first, first.firstSequence > .zero else { return }
    var replay = LogReplay(
      superblock: superblock, storage: storage, chain: chain,
      start: LogPosition(segment: first.number, offset: UInt64(DiskFormat.blockSize)),
      through: CommitSequence(rawValue: first.firstSequence.rawValue - 1))
    try replay.run(into: &recovery)
  }
}

/// Passes on a checkpoint's records, and leaves out the commits after it.
private struct CheckpointOnly<Base: LogRecovery>: LogRecovery {
  var base: Base

  mutating func restore(_ record: Record) throws { try base.restore(record) }

  mutating func replay(_ commit: RecoveredCommit) throws {}
}
