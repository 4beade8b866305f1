import LogFormat
import Storage

extension CommitLog {
  /// Room that is set aside for what a checkpoint may have grown by, in bytes.
  private static let draftReserve: UInt64 = 256 << 10

  /// Writes a checkpoint: the next opening starts from it. Keeps the newest two, and then recycles
  /// what they make free. Blocks; to be called on a background thread.
  ///
  /// If nothing was committed since the last checkpoint, a commit without records is, so that there
  /// are two: on a full disk it may be the second that makes room (F4).
  ///
  /// - Parameters:
  ///   - through: the last commit whose effects `records` hold; not before the last checkpoint's.
  ///   - state: words for the recovery report of the next opening.
  ///   - records: a whole tree; with stored locations only.
  /// - Throws: a ``CommitError`` if the log before it cannot be made durable, or a `StorageError`;
  ///   the checkpoints before it stay.
  public func writeCheckpoint(
    through: CommitSequence, state: [UInt64], records: some Sequence<Record>
  ) throws {
    try checkpointTurn.withLock { _ in
      let before = bytesSinceCheckpoint
      let through = try separate(through)
      try waitUntilDurable()
      let start = tail.update { $0.start(after: through) }
      guard let start, through <= tail.update({ $0.durable }),
        through >= checkpoints.newest?.through ?? .zero
      else { preconditionFailure("no checkpoint can be made through \(through.rawValue)") }
      let header = CheckpointHeader(
        store: superblock.store, through: through, start: start, nextBlob: ledger.blobLimit,
        created: .now(), state: state)
      let length = try writeDraft(header, records)
      try storage.rename(.checkpointDraft, to: .checkpoint(through.rawValue))
      try storage.flush(.checkpoint)
      checkpoints.add(.init(through: through, start: start, size: length))
      tail.update { $0.checkpointWritten(start: start, bytes: before) }
      try retireOldCheckpoints(length: length)
      tail.wakePreparer()
    }
  }

  /// A place for the checkpoint that is not the newest one's.
  private func separate(_ through: CommitSequence) throws -> CommitSequence {
    guard through == checkpoints.newest?.through, through == tail.update({ $0.lastAppended }) else {
      return through
    }
    let empty = Commit(time: .now(), records: [], purpose: .moving)
    do {
      let sequence = try append(empty, .lazy) { _ in }
      // If another commit came first, the tree is no longer the one that the records show.
      return sequence == through.next ? sequence : through
    } catch .noSpace {
      return through
    }
  }

  /// Blocks until everything appended before is durable and its completions have been called.
  /// - Throws: a ``CommitError``.
  public func waitUntilDurable() throws {
    let outcome = Awaited<Result<Void, CommitError>>()
    flush { outcome.set($0) }
    try outcome.wait().get()
  }

  /// Answers the checkpoint's length in bytes. On a full disk it takes the room of what can be done
  /// without: as long as no checkpoint is written, nothing can be given back (F4).
  private func writeDraft(
    _ header: CheckpointHeader, _ records: some Sequence<Record>
  ) throws(StorageError) -> UInt64 {
    var room: UInt64 = 0
    do throws(StorageError) {
      room = try draft().size()
      return try fillDraft(header, records)
    } catch {
      guard error.isForWantOfRoom else { throw error }
      // What did not fit is not to take the room of anything else.
      try? draft().truncate(to: room)
      defer { preparer.endSparing() }
      let length = CheckpointWriter.length(of: records)
      guard try makeRoom(length - min(length, room)) else { throw error }
      return try fillDraft(header, records)
    }
  }

  private func fillDraft(
    _ header: CheckpointHeader, _ records: some Sequence<Record>
  ) throws(StorageError) -> UInt64 {
    let file = try draft()
    do throws(StorageError) {
      var writer = try CheckpointWriter(header, to: file)
      for record in records { try writer.append(record) }
      try writer.finish()
      // Room that an earlier, larger one needed is kept within measure.
      if try file.size() > 2 * writer.offset + (1 << 20) { try file.truncate(to: writer.offset) }
      try file.flush()
      return writer.offset
    } catch {
      // After a failed flush nothing in the file may be believed (F1); for want of room it is kept.
      if error.operation == .flush { try? storage.remove(.checkpointDraft) }
      throw error
    }
  }

  /// Gives up what can be done without, if that makes `wanted` bytes of room: first the spares that
  /// are kept for haste, then the older checkpoint, since with the newest alone nothing is lost,
  /// and the spare for changes that make room only if the new checkpoint brings it back.
  /// - Returns: false if nothing helps.
  private func makeRoom(_ wanted: UInt64) throws(StorageError) -> Bool {
    let segmentSize = superblock.segmentSize
    let spares = tail.update { max(0, $0.freeSpares) }
    let available = try storage.space().available
    let older = try checkpoints.older.map { older throws(StorageError) in
      try storage.open(.checkpoint(older.through.rawValue), .read).size()
    }
    // Something has to be given up, whatever the disk says to have: it has just refused.
    func suffices(spares: Int, older: UInt64 = 0) -> Bool {
      let gain = UInt64(spares) * segmentSize + older
      return gain > 0 && available + gain >= wanted
    }
    var kept = min(1, spares)
    let takesOlder = !suffices(spares: spares - kept)
    if takesOlder, !suffices(spares: spares - kept, older: older ?? 0) {
      guard isRoomExpected, suffices(spares: spares, older: older ?? 0) else { return false }
      kept = 0
    }
    try preparer.spare(downTo: kept)
    if takesOlder, let older = checkpoints.takeOlder() {
      try storage.remove(.checkpoint(older.through.rawValue))
    }
    return true
  }

  private func draft() throws(StorageError) -> any StorageFile {
    let exists = try storage.list(.checkpoint).contains(.checkpointDraft)
    return exists
      ? try storage.open(.checkpointDraft, .write) : try storage.create(.checkpointDraft, .write)
  }

  /// Sets room for the first checkpoint aside, if there is any.
  func reserveDraft() {
    let file = try? storage.create(.checkpointDraft, .write)
    try? file?.allocate(Self.draftReserve)
  }

  /// Turns the third checkpoint into room for the next, so that one can be written on a full disk
  /// too (F4), and removes any others.
  private func retireOldCheckpoints(length: UInt64) throws(StorageError) {
    let kept = Set(checkpoints.names.map { StoragePath.checkpoint($0.rawValue) })
    for path in try storage.list(.checkpoint) where !kept.contains(path) {
      guard path != .checkpointDraft else { continue }
      try storage.rename(path, to: .checkpointDraft)
    }
    do throws(StorageError) {
      let draft = try draft()
      let room = length + length / 4 + Self.draftReserve
      if try draft.size() > 2 * room { try draft.truncate(to: room) }
      try draft.allocate(room)
    } catch {
      // Only room in advance: the next checkpoint is the one to complain.
      guard error.isForWantOfRoom else { throw error }
    }
  }
}
