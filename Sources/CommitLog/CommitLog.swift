import Locking
import LogFormat
import Storage

/// The ordered, grouped, checksummed log of commits, its checkpoints and its space. It knows
/// nothing of files.
///
/// Locks, none of them ever held across a callback: the checkpoint's turn, then the segment
/// numbers' (both held across I/O that no commit waits for), then the leaves: the tail's, the
/// ledger's, the open files'.
public final class CommitLog: Sendable {
  let storage: any Storage
  let superblock: Superblock
  let isReadOnly: Bool
  let tail: LogTail
  let ledger: SpaceLedger
  let files: ContentFiles
  let checkpoints: RetainedCheckpoints
  let preparer: SegmentPreparer
  /// Held while a checkpoint is written.
  let checkpointTurn = Mutex<Void>(())
  private let threads = Mutex<(committer: BackgroundThread, preparer: BackgroundThread)?>(nil)

  /// What was found when the store was opened.
  public let recoveryReport: RecoveryReport

  init(
    _ superblock: Superblock, storage: any Storage, readOnly: Bool, state: LogState,
    ledger: SpaceLedger, lastSegment: SegmentNumber, report: RecoveryReport,
    covers: [RetainedCheckpoints.Cover]
  ) {
    self.storage = storage
    self.ledger = ledger
    self.superblock = superblock
    isReadOnly = readOnly
    recoveryReport = report
    tail = LogTail(state)
    files = ContentFiles(storage: storage)
    checkpoints = RetainedCheckpoints(covers)
    preparer = SegmentPreparer(
      tail: tail, storage: storage, ledger: ledger, files: files, checkpoints: checkpoints,
      segmentSize: superblock.segmentSize, wanted: state.configuration.spareSegments,
      lastNumber: lastSegment.rawValue)
  }

  func start() {
    let (tail, storage, ledger, preparer) = (tail, storage, ledger, preparer)
    let store = superblock.store
    threads.withLock {
      $0 = (
        BackgroundThread("intact-commits") {
          var committer = Committer(tail: tail, storage: storage, ledger: ledger, store: store)
          committer.run()
        },
        BackgroundThread("intact-segments") { preparer.run() }
      )
    }
  }

  /// Has `progress` told how far the log comes; to be called once, before anything is appended.
  public func follow(_ progress: LogProgress) {
    tail.progress.withLock { $0 = progress }
  }

  /// Gives a commit its place in the order (D1) and queues it.
  ///
  /// It waits for no disk, except that once a segment it may have to reserve room for the next one
  /// when the background has fallen behind. What has been accepted only a failure of the disk can
  /// stop (F1).
  /// - Parameter completion: called once if the commit was accepted, on the committer's thread, in
  ///   the order of sequences, after the flush that made it durable. It must not wait for the log.
  /// - Throws: ``CommitError/noSpace``, ``CommitError/readOnly`` or ``CommitError/tooLarge``;
  ///   ``CommitError/io(_:)`` if room could not be asked for.
  public func append(
    _ commit: Commit, _ durability: Durability, completion: @escaping CommitCompletion
  ) throws(CommitError) -> CommitSequence {
    while true {
      let admission = tail.update {
        $0.admit(commit, isLazy: durability == .lazy, completion: completion)
      }
      switch admission {
      case .accepted(let sequence):
        return sequence
      case .refused(let error):
        throw error
      case .needsSpare:
        do throws(StorageError) {
          try preparer.allocateInHaste()
        } catch {
          throw .io(error.errno)
        }
      }
    }
  }

  /// Makes everything appended before durable. The completion is called on the committer's thread,
  /// or inline if the log takes no changes.
  public func flush(_ completion: @escaping @Sendable (Result<Void, CommitError>) -> Void) {
    if !tail.update({ $0.addBarrier(completion) }) { completion(.failure(.readOnly)) }
  }

  /// Reads exactly the buffer from a place in the store. The caller checks the checksums (F3) and
  /// holds the content retained. From any thread; blocks.
  public func read(
    _ location: ContentLocation, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) {
    try files.read(location, into: buffer)
  }

  /// A new content file. It is removed at the next opening if no commit refers to it by then.
  public func makeBlob() throws(StorageError) -> Blob {
    let number = ledger.nextBlob()
    let file = try tail.makingRoom { () throws(StorageError) in
      try storage.create(.blob(number.rawValue), .write)
    }
    return Blob(number: number, file: file, storage: storage, tail: tail)
  }

  /// Counts `length` bytes of content as live: their segment or blob stays.
  public func retain(_ location: ContentLocation, length: UInt64) {
    ledger.retain(location, length: length)
  }

  /// Takes back what ``retain(_:length:)`` counted. A segment without live bytes is recycled once
  /// two checkpoints cover it, a blob removed once everything appended so far is durable.
  /// - Precondition: not more is released than was retained.
  public func release(_ location: ContentLocation, length: UInt64) {
    let last = tail.update { $0.lastAppended }
    if ledger.release(location, length: length, after: last) { tail.wakePreparer() }
  }

  /// How much content a commit of the background should carry, in bytes: little enough that a
  /// writer's commit in the same group hardly notices, and that it fits into a segment with one
  /// more chunk.
  public var backgroundBytes: UInt64 { min(1 << 20, superblock.segmentSize / 4) }

  /// Segments whose live content is worth moving, the emptiest first: none while the segments take
  /// not much more than what they hold.
  ///
  /// On a full disk no more than fits into the half segment that is kept back for it (F4), and none
  /// before what was moved last has made room.
  public func relocationCandidates(limit: Int = 4) -> [SegmentNumber] {
    guard let newest = checkpoints.newest, !(isRoomShort && isRoomExpected) else { return [] }
    return relocationCandidates(before: newest.start.segment, limit: limit)
  }

  private func relocationCandidates(before end: SegmentNumber, limit: Int) -> [SegmentNumber] {
    let size = superblock.segmentSize
    return ledger.relocationCandidates(
      before: end, segmentSize: size, count: limit, bytes: isRoomShort ? size / 8 * 3 : .max)
  }

  /// What could be moved out of `segments` has been: what is left stays until it is released, so
  /// they are no candidates before something is.
  public func relocated(_ segments: Set<SegmentNumber>) { ledger.relocated(segments) }

  /// Bytes that an opening would have to replay.
  public var bytesSinceCheckpoint: UInt64 { tail.update { $0.bytesSinceCheckpoint } }

  /// True if it is time for a checkpoint: much has been committed since the last, measured by what
  /// another costs, or the disk is full, and a checkpoint would make room or let content be moved
  /// (F4).
  public var isCheckpointAdvised: Bool {
    let (bytes, due, end) = tail.update {
      ($0.bytesSinceCheckpoint, $0.configuration.checkpointBytes, $0.durableEnd.segment)
    }
    let isMuch = bytes >= max(due, 2 * (checkpoints.newest?.size ?? 0))
    guard !isMuch, isRoomShort else { return isMuch }
    return isRoomExpected || checkpoints.mayShrink(by: bytes)
      || relocationCandidates().isEmpty && !relocationCandidates(before: end, limit: 1).isEmpty
  }

  /// True if the disk is full, or was when something was written last.
  public var isRoomShort: Bool { tail.update { $0.isFull || $0.isRoomWanted } }

  /// True if there are segments that the next checkpoints make free.
  var isRoomExpected: Bool {
    let (end, durable) = tail.update { ($0.durableEnd.segment, $0.durable) }
    return !ledger.recyclable(before: end, through: durable).isEmpty
  }

  /// What the log has done and how much there is of it.
  public var statistics: LogStatistics {
    let (before, spares, failure) = tail.update {
      ($0.statistics, UInt64($0.spares.count), $0.failure)
    }
    var statistics = before
    statistics.failure = failure
    statistics.spareSegments = spares
    statistics.segments = spares
    statistics.storeBytes = spares * superblock.segmentSize
    ledger.describe(in: &statistics, segmentSize: superblock.segmentSize)
    return statistics
  }

  /// The room on the store's disk.
  public func space() throws(StorageError) -> StorageSpace {
    try storage.space()
  }

  /// Makes everything appended durable and stops the log's threads. Further calls do nothing.
  /// - Throws: ``CommitError/io(_:)`` if the disk failed at any time since the opening.
  public func close() throws {
    guard let running = threads.withLock({ $0.take() }) else { return }
    tail.update { $0.isClosed = true }
    tail.wakeCommitter()
    running.committer.join()
    preparer.stop()
    running.preparer.join()
    if let errno = tail.update({ $0.failure }) { throw CommitError.io(errno) }
  }
}
