import LogFormat
import SystemPackage

/// Everything about the log's end that its threads share. It lives in the one mutex of ``LogTail``
/// and does no I/O.
struct LogState: Sendable {
  let store: StoreIdentifier
  let segmentSize: UInt64
  let configuration: LogConfiguration

  /// In the order of their sequences.
  var entries: [QueueEntry] = []
  var nextSequence: CommitSequence
  /// The last commit known to be durable.
  var durable: CommitSequence
  /// Where the durable groups end.
  var durableEnd: LogPosition
  /// Where the next group goes, if it fits: behind those that have been taken from the queue.
  var position: LogPosition
  /// True if nothing more may be written to the segment at `position`: a torn group stands there.
  var isSealed = false
  /// In ascending order; the log goes on to the first.
  var spares: [SpareSegment] = []

  /// What admission counts with: the room left in the segment, and the spares used, when every
  /// waiting commit is in its group. The committer never needs more.
  var roomPromised: UInt64
  var sparesPromised = 0
  /// Bytes of the commits in the last group that was counted with; it can still take in others.
  var payloadPromised: UInt64 = 0

  /// Commits and barriers in the queue that somebody waits for.
  var urgent = 0
  var lazyBytes: UInt64 = 0
  /// The wait for those who may come into the next group.
  var gathering = Gathering()
  /// When the oldest lazy commit in the queue has to be on its way.
  var lazyDeadline: ContinuousClock.Instant?

  /// The disk would not give another segment.
  var isFull = false
  /// The disk had no room for content beside the log, which should take no more of it than it
  /// needs.
  var isRoomWanted = false
  /// How many spares there may be while a checkpoint needs their room.
  var spareLimit: Int?
  /// Set once, by the first failure that makes the log unsound (F1).
  var failure: Errno?
  /// The committer has told of it.
  var isFailureTold = false
  var isClosed = false
  /// The committer waits for a signal.
  var isCommitterAsleep = false
  /// How long it waits at most; nil is for ever.
  var sleepDeadline: ContinuousClock.Instant?
  /// The committer waits for the first spare to become ready.
  var isSpareUrgent = false

  /// Where the durable groups begin that a checkpoint may start from, in ascending order.
  var groupStarts: [GroupStart] = []
  var bytesSinceCheckpoint: UInt64 = 0
  var statistics = LogStatistics()

  struct GroupStart: Sendable {
    var firstSequence: CommitSequence
    var position: LogPosition
  }

  /// - Parameters:
  ///   - end: where the last group ends; ``SegmentNumber/none`` in an empty log.
  ///   - isSealed: the segment at `end` is not to be written to any more.
  init(
    superblock: Superblock, configuration: LogConfiguration, last: CommitSequence,
    end: LogPosition, isSealed: Bool
  ) {
    store = superblock.store
    segmentSize = superblock.segmentSize
    self.configuration = configuration
    nextSequence = last.next
    durable = last
    durableEnd = end
    position = end
    self.isSealed = isSealed
    roomPromised = 0
    roomPromised = room
  }

  /// The last sequence that was given to a commit.
  var lastAppended: CommitSequence { CommitSequence(rawValue: nextSequence.rawValue - 1) }

  /// Bytes left in the segment that the log is in.
  var room: UInt64 {
    position.segment == .none || isSealed ? 0 : segmentSize - position.offset
  }

  /// Spares that no waiting commit may need.
  var freeSpares: Int { spares.count - sparesPromised }

  /// The position that a checkpoint through `sequence` starts from, or nil if it lies too far back.
  func start(after sequence: CommitSequence) -> LogPosition? {
    guard sequence < durable else { return durableEnd }
    return groupStarts.last { $0.firstSequence <= sequence.next }?.position
  }

  /// Takes note of a checkpoint that starts from `start`: no later one starts before it.
  /// - Parameter bytes: what ``bytesSinceCheckpoint`` was when its tree was taken.
  mutating func checkpointWritten(start: LogPosition, bytes: UInt64) {
    groupStarts.removeAll { $0.position < start }
    bytesSinceCheckpoint -= min(bytes, bytesSinceCheckpoint)
    statistics.checkpoints += 1
  }
}
