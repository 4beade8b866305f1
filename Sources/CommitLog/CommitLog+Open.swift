import LogFormat
import Storage

extension CommitLog {
  /// Opens a store: reads the newest sound checkpoint and the log after it into `recovery`.
  ///
  /// Nothing on the disk is touched before everything has been read, and nothing at all with
  /// `readOnly`. After it, everything that the recovered tree refers to has to be retained, then
  /// ``finishRecovery()`` called.
  /// - Throws: ``LogDamage`` (F2), `FormatError.newer` (F6), another `FormatError` if it is no
  ///   store, a `StorageError`, or what `recovery` throws.
  public static func open(
    _ storage: any Storage, readOnly: Bool, configuration: LogConfiguration = LogConfiguration(),
    recovery: inout some LogRecovery
  ) throws -> CommitLog {
    let opening = try StoreOpening(storage, recovery: &recovery)
    let replay = opening.replay
    let adoption = SpareAdoption(
      superblock: opening.superblock, storage: storage, end: replay.end,
      torn: replay.tornSegments)
    let isSealed = readOnly ? false : try adoption.sealOrWipeEnd()
    var state = LogState(
      superblock: opening.superblock, configuration: configuration, last: replay.last,
      end: replay.end, isSealed: isSealed)
    state.groupStarts = replay.groupStarts
    state.bytesSinceCheckpoint = replay.bytes
    state.isClosed = readOnly
    let ledger = SpaceLedger()
    ledger.reserveBlobs(
      below: try firstFreeBlob(storage, atLeast: max(opening.nextBlob, replay.nextBlob)))
    for segment in replay.chain.occupied { ledger.occupy(segment) }
    for segment in replay.chain.trailing {
      if readOnly || replay.tornSegments.contains(segment) {
        ledger.occupy(segment)
      } else if let spare = try adoption.adopt(segment) {
        state.spares.append(spare)
      }
    }
    let highest = replay.chain.trailing.last ?? replay.chain.occupied.last ?? .none
    let log = CommitLog(
      opening.superblock, storage: storage, readOnly: readOnly, state: state, ledger: ledger,
      lastSegment: highest, report: opening.report, covers: opening.covers)
    if !readOnly {
      if replay.end.segment == .none { try log.preparer.prepareFirst() }
      log.start()
    }
    return log
  }

  private static func firstFreeBlob(
    _ storage: any Storage, atLeast known: UInt64
  ) throws(StorageError) -> UInt64 {
    try storage.list(.content).reduce(known) { free, path in
      guard case .blob(let number) = path else { return free }
      return max(free, number + 1)
    }
  }

  /// Tells the log that everything the recovered tree refers to has been retained: blobs that were
  /// not are orphans, and removed; segments may be recycled from now on. Not for a log that is open
  /// for reading.
  public func finishRecovery() {
    guard !isReadOnly else { return }
    ledger.markUnreferenced(since: recoveryReport.last)
    do throws(StorageError) {
      for path in try storage.list(.content) {
        guard case .blob(let number) = path else { continue }
        if !ledger.isLive(BlobNumber(rawValue: number)) { try storage.remove(path) }
      }
    } catch {
      // An orphan that stays costs room only; the next start tries again.
      tail.update { $0.statistics.failures += 1 }
    }
    reserveDraft()
    preparer.beginGivingBack()
  }
}
