import LogFormat
import Storage
import SystemPackage

/// Writes what is queued, group by group, and tells those who wait. It alone writes to the segments
/// that are part of the log. One value lives on one thread.
struct Committer: ~Copyable {
  /// How often it is tried to cut off a failed group.
  private static let cutOffInterval = Duration.seconds(1)

  private let tail: LogTail
  private let storage: any Storage
  private let ledger: SpaceLedger
  private let store: StoreIdentifier
  private var buffer = GroupBuffer()
  /// The segment that the log is in.
  private var file: (number: SegmentNumber, file: any StorageFile)?
  /// True from a failure until what may be left of its group has been cut off.
  private var mustCutOff = false
  /// The segment that is to cut it off, once one has been taken for it.
  private var cut: (number: SegmentNumber, header: SegmentHeader)?

  init(tail: LogTail, storage: any Storage, ledger: SpaceLedger, store: StoreIdentifier) {
    self.tail = tail
    self.storage = storage
    self.ledger = ledger
    self.store = store
  }

  /// The thread's body: returns when the log is closed and everything queued has been dealt with.
  mutating func run() {
    while true {
      switch tail.update({ $0.take(now: .now) }) {
      case .write(let plan):
        write(plan)
      case .fail(let entries, let errno):
        tellOfFailure(errno)
        for entry in entries { entry.fail(.io(errno)) }
      case .sleep(let deadline):
        if mustCutOff { cutOff() }
        tail.waitForWork(until: mustCutOff ? .now + Self.cutOffInterval : deadline)
      case .stop:
        if mustCutOff { cutOff() }
        return
      }
    }
  }

  private mutating func write(_ plan: GroupPlan) {
    guard plan.commitCount > 0 else { return complete(plan, places: []) }
    let (bytes, places) = buffer.assemble(plan, store: store)
    let begin = ContinuousClock.now
    do throws(StorageError) {
      let start = plan.newSegment == nil ? plan.position.offset : 0
      let file = try open(plan.position.segment)
      try file.write(at: start, bytes)
      try file.flush()
    } catch {
      fail(plan, error)
      return
    }
    let written = UInt64(bytes.count)
    let end = ContinuousClock.now
    tail.update { $0.finish(plan, bytesWritten: written, time: end - begin, now: end) }
    if plan.newSegment != nil {
      ledger.occupy(plan.position.segment)
      tail.wakePreparer()
    }
    complete(plan, places: places)
    let progress = tail.progress.withLock { $0 }
    progress?.reached(plan.lastSequence)
    if plan.newSegment != nil { progress?.segmentFilled() }
  }

  private mutating func open(_ segment: SegmentNumber) throws(StorageError) -> any StorageFile {
    if let file, file.number == segment { return file.file }
    let opened = try storage.open(.segment(segment.rawValue), .direct)
    file = (segment, opened)
    return opened
  }

  private func complete(_ plan: GroupPlan, places: [CommitPlace]) {
    var next = 0
    for entry in plan.entries {
      switch entry {
      case .commit(let queued):
        queued.completion(.success(places[next]))
        next += 1
      case .barrier(let completion):
        completion(.success(()))
      }
    }
  }

  /// A failed write or flush: none of the group is ever published, and nothing after it (F1).
  private mutating func fail(_ plan: GroupPlan, _ error: StorageError) {
    tail.update { state in
      state.failure = error.errno
      state.statistics.failures += 1
    }
    tellOfFailure(error.errno)
    mustCutOff = true
    cutOff()
    for entry in plan.entries { entry.fail(.io(error.errno)) }
  }

  /// Once, and before anybody hears of it by a completion: who has shown what is lost can take it
  /// back first.
  private func tellOfFailure(_ errno: Errno) {
    let durable = tail.update { state -> CommitSequence? in
      defer { state.isFailureTold = true }
      return state.isFailureTold ? nil : state.durable
    }
    if let durable { tail.progress.withLock { $0 }?.failed(durable, errno) }
  }

  /// Begins another segment that says where the sound groups end: the failed one may be on the disk
  /// all the same, and must not be found when the store is opened next.
  private mutating func cutOff() {
    // Always the same one: on a disk that takes nothing every try would cost another segment.
    cut = cut ?? takeCut()
    guard let cut else {
      tail.wakePreparer()
      return
    }
    let block = AlignedBuffer(cut.header.encoded())
    do throws(StorageError) {
      let file = try storage.open(.segment(cut.number.rawValue), .direct)
      try block.withBytes(in: 0..<block.count) { bytes throws(StorageError) in
        try file.write(at: 0, bytes)
      }
      try file.flush()
      mustCutOff = false
    } catch {
      // It is tried again: as long as the disk takes nothing, nothing can be cut.
    }
  }

  private func takeCut() -> (number: SegmentNumber, header: SegmentHeader)? {
    tail.update { state in
      guard let index = state.spares.firstIndex(where: { $0.condition == .ready }) else {
        return nil
      }
      let number = state.spares[index].number
      state.spares.removeSubrange(...index)
      return (
        number,
        SegmentHeader(
          store: state.store, number: number, firstSequence: state.durable.next,
          previous: state.durableEnd.segment, previousEnd: state.durableEnd.offset)
      )
    }
  }
}
