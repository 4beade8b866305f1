import Locking
import LogFormat
import Storage
import SystemPackage

/// Keeps segments ready for the log to go on to, and gives back what is free, on a thread of its
/// own.
final class SegmentPreparer: Sendable {
  /// Bytes of zeros that are written at a time.
  private static let fillChunk = 1 << 20
  /// Empty segments are kept for later up to this multiple of the spares wanted, while the disk has
  /// room for other things.
  private static let keptFactor = 2

  private let tail: LogTail
  private let storage: any Storage
  private let ledger: SpaceLedger
  private let files: ContentFiles
  private let checkpoints: RetainedCheckpoints
  private let segmentSize: UInt64
  private let wanted: Int

  /// The highest segment number in use. Held while a segment is made, so that spares are queued in
  /// the order of their numbers; taken before the tail's mutex, by the preparer and by appenders
  /// that cannot wait for it.
  private let lastNumber: Mutex<UInt64>
  private let isStopped = Mutex(false)
  /// False until everything that was recovered has been retained.
  private let mayGiveBack = Mutex(false)

  init(
    tail: LogTail, storage: any Storage, ledger: SpaceLedger, files: ContentFiles,
    checkpoints: RetainedCheckpoints, segmentSize: UInt64, wanted: Int, lastNumber: UInt64
  ) {
    self.tail = tail
    self.storage = storage
    self.ledger = ledger
    self.files = files
    self.checkpoints = checkpoints
    self.segmentSize = segmentSize
    self.wanted = wanted
    self.lastNumber = Mutex(lastNumber)
  }

  /// The thread's body.
  func run() {
    while !isStopped.withLock({ $0 }) {
      do throws(StorageError) {
        if mayGiveBack.withLock({ $0 }) {
          removeDeadBlobs()
          try recycle()
          try makeRoom()
        }
        try allocate()
        try flushNames()
        try fillNext()
      } catch {
        fail(error)
      }
      tail.waitForPreparation(seconds: patience)
    }
  }

  /// Prepares the first segment of a new log before anybody is in haste for it: in one that is not
  /// written ahead each commit would cost the file system a flush of its own (D4).
  func prepareFirst() throws(StorageError) {
    try allocate()
    try flushNames()
    try fillNext()
  }

  /// Makes ``run()`` return soon.
  func stop() {
    isStopped.withLock { $0 = true }
    tail.wakePreparer()
  }

  /// From now on what nothing was retained of is free.
  func beginGivingBack() {
    mayGiveBack.withLock { $0 = true }
    tail.wakePreparer()
  }

  /// Gets room for a segment now, for an appender that needs it before the thread has come to it.
  func allocateInHaste() throws(StorageError) {
    try allocate()
    tail.wakePreparer()
  }

  /// How long to wait until something is worth another try, in seconds.
  private var patience: Double? {
    if ledger.hasDeadBlobs { return 0.2 }
    return tail.update { ($0.isFull || $0.isRoomWanted) && $0.failure == nil } ? 1 : nil
  }

  private func fail(_ error: StorageError) {
    tail.update { state in
      state.statistics.failures += 1
      if state.failure == nil { state.failure = error.errno }
    }
    tail.wakeCommitter()
  }

  /// Makes spares until there are as many as wanted, or the disk is full.
  private func allocate() throws(StorageError) {
    try lastNumber.withLock { (last) throws(StorageError) in
      while tail.update({ $0.freeSpares < target($0) }) {
        guard try allocate(number: last + 1) else {
          tail.update { $0.isFull = true }
          return
        }
        last += 1
      }
      // What is not asked for is not there: else somebody in haste would ask for ever.
      tail.update { if $0.spareLimit != nil { $0.isFull = true } }
    }
  }

  /// How many spares there should be: one is enough for cutting off a failed group.
  private func target(_ state: LogState) -> Int {
    state.failure == nil ? state.spareLimit ?? wanted : 1
  }

  private func allocate(number: UInt64) throws(StorageError) -> Bool {
    let path = StoragePath.segment(number)
    do throws(StorageError) {
      try storage.create(path, .direct).allocate(segmentSize)
    } catch {
      // It may not have come to be; and what stays is taken for a spare at the next start.
      try? storage.remove(path)
      // No room, no descriptors, no memory: there may be some in a second. A broken disk stays so.
      guard error.errno != .ioError else { throw error }
      return false
    }
    add(number, isFresh: true)
    return true
  }

  private func add(_ number: UInt64, isFresh: Bool) {
    tail.update { state in
      state.spares.append(
        SpareSegment(
          number: SegmentNumber(rawValue: number), condition: .allocated, isFresh: isFresh))
      state.isFull = false
    }
  }

  /// Makes the names of new spares durable: from then on the log may go on to them.
  private func flushNames() throws(StorageError) {
    let new = tail.update { $0.spares.filter { $0.condition == .allocated }.map(\.number) }
    guard let highest = new.last else { return }
    try storage.flush(.log)
    tail.update { state in
      for index in state.spares.indices
      where state.spares[index].number <= highest && state.spares[index].condition == .allocated {
        state.spares[index].condition = .ready
      }
      state.isSpareUrgent = false
    }
  }

  /// Writes the spare ahead that the log goes on to next; the others get their turn, or are used as
  /// they are if the log is in haste.
  private func fillNext() throws(StorageError) {
    let next = tail.update { state -> SegmentNumber? in
      guard state.failure == nil, let first = state.spares.first, first.isFresh,
        first.condition == .ready
      else { return nil }
      state.spares[0].condition = .inPreparation
      return first.number
    }
    guard let next else { return }
    try fill(next)
    tail.update { state in
      if let index = state.spares.firstIndex(where: { $0.number == next }) {
        state.spares[index].isFresh = false
        state.spares[index].condition = .ready
      }
      state.isSpareUrgent = false
    }
  }

  /// Writes zeros over a segment, so that commits need not wait for the file system to allot its
  /// blocks; breaks off when the log waits for it.
  private func fill(_ number: SegmentNumber) throws(StorageError) {
    let file = try storage.open(.segment(number.rawValue), .direct)
    let zeros = AlignedBuffer(count: Int(min(UInt64(Self.fillChunk), segmentSize)))
    var offset: UInt64 = 0
    while offset < segmentSize, !tail.update({ $0.isSpareUrgent }), !isStopped.withLock({ $0 }) {
      let count = min(UInt64(zeros.count), segmentSize - offset)
      try zeros.withBytes(in: 0..<Int(count)) { bytes throws(StorageError) in
        try file.write(at: offset, bytes)
      }
      offset += count
    }
    try file.flush()
  }

  /// Gives segments that nothing needs a new number, or back to the disk. Two checkpoints have to
  /// cover them, so that a damaged one can be done without; but only the newest, if the log could
  /// not even take a deletion any more (F4).
  private func recycle() throws(StorageError) {
    let isStuck = tail.update { $0.isFull && $0.freeSpares < 1 }
    guard let cover = isStuck ? checkpoints.newest : checkpoints.older else { return }
    for segment in ledger.recyclable(before: cover.start.segment, through: cover.through) {
      files.forget(.segment(segment.rawValue))
      let old = StoragePath.segment(segment.rawValue)
      let kept = tail.update { $0.isRoomWanted ? target($0) : wanted * Self.keptFactor }
      if tail.update({ $0.spares.count >= kept }) {
        try storage.remove(old)
      } else {
        try lastNumber.withLock { (last) throws(StorageError) in
          try storage.rename(old, to: .segment(last + 1))
          last += 1
          add(last, isFresh: false)
        }
      }
      ledger.vacate(segment)
      tail.update { $0.statistics.segmentsRecycled += 1 }
    }
  }

  /// Gives back the spares that are not wanted, as long as the disk has little room.
  private func makeRoom() throws(StorageError) {
    guard tail.update({ $0.isRoomWanted }) else { return }
    try giveUpSurplus()
    let isAmple = try storage.space().available >= UInt64(wanted) * segmentSize
    if isAmple { tail.update { $0.isRoomWanted = false } }
  }

  /// Gives spares back for a checkpoint that has no room (F4), and makes none until
  /// ``endSparing()``.
  func spare(downTo limit: Int) throws(StorageError) {
    tail.update { $0.spareLimit = limit }
    try giveUpSurplus()
  }

  func endSparing() {
    tail.update { $0.spareLimit = nil }
    tail.wakePreparer()
  }

  /// Gives back the spares beyond those wanted, except one that is in preparation.
  private func giveUpSurplus() throws(StorageError) {
    let surplus = tail.update { state -> [SegmentNumber] in
      let count = min(state.spares.count, max(0, state.freeSpares)) - target(state)
      guard count > 0 else { return [] }
      let numbers = state.spares.suffix(count).filter { $0.condition != .inPreparation }
        .map(\.number)
      state.spares.removeAll { numbers.contains($0.number) }
      return numbers
    }
    for number in surplus { try storage.remove(.segment(number.rawValue)) }
  }

  private func removeDeadBlobs() {
    for blob in ledger.takeDeadBlobs(through: tail.update { $0.durable }) {
      files.forget(.blob(blob.rawValue))
      // One that stays is an orphan, and removed when the store is opened next.
      try? storage.remove(.blob(blob.rawValue))
    }
  }
}
