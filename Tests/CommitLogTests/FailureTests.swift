import CommitLog
import Glibc
import Locking
import LogFormat
import Storage
import SystemPackage
import TestSupport
import Testing

/// Disks that fail or are full.
struct FailureTests {
  private let workload = LogWorkload(seed: 31)
  private let disk = SimulatedDisk()

  init() throws {
    try LogWorkload.makeStore(disk)
  }

  @Test(arguments: [StorageError.Operation.flush, .write], [2, 7, 13])
  func `F1: a failed group is never published, and nothing after it`(
    kind: StorageError.Operation, good: Int
  ) throws {
    let session = try LogSession(disk)
    for index in 0..<good { try session.appendAndWait(length: workload.lengths[index]) }
    let isBroken = Mutex(true)
    disk.setFailure { operation in
      // A spare segment that cannot be prepared is another failure, and fails no group.
      guard case .segment? = operation.path, operation.kind == kind,
        Self.threadName == "intact-commits"
      else { return nil }
      return isBroken.withLock { broken in
        defer { broken = false }
        return broken ? .ioError : nil
      }
    }
    try session.appendAndWait(length: workload.lengths[good])
    #expect(session.failures == [.io(.ioError)])
    #expect(session.acknowledged == UInt64(good))
    #expect(throws: CommitError.readOnly) { try session.append(length: 1) }
    // What is published is still served.
    #expect(session.violations(lengths: workload.lengths) == [])
    #expect(throws: CommitError.io(.ioError)) { try session.log.close() }
    // The write reached the disk, whatever the flush said: a remount must not find it.
    let again = try LogSession(disk)
    #expect(again.acknowledged == UInt64(good))
    #expect(again.violations(lengths: workload.lengths) == [])
    workload.run(again, to: 30)
    #expect(again.acknowledged == 30)
    try again.log.close()
    let last = try LogSession(disk)
    #expect(last.acknowledged == 30)
    #expect(last.violations(lengths: workload.lengths) == [])
    try last.log.close()
  }

  @Test func `F1: a group that failed is cut off as soon as the disk works again`() throws {
    let session = try LogSession(disk)
    for index in 0..<5 { try session.appendAndWait(length: workload.lengths[index]) }
    // The group reaches the disk, its flush fails, and so does all else for a while.
    let isBroken = Mutex(false)
    disk.setFailure { operation in
      isBroken.withLock { broken in
        if case .segment? = operation.path, operation.kind == .flush,
          Self.threadName == "intact-commits"
        {
          broken = true
        }
        return broken ? .ioError : nil
      }
    }
    try session.appendAndWait(length: workload.lengths[5])
    #expect(session.failures == [.io(.ioError)])
    let count = disk.operationCount
    disk.setFailure { _ in nil }
    // Header and flush of the segment that does without it; nobody closes the log.
    try waitUntil { disk.operationCount >= count + 2 }
    usleep(20_000)
    let again = try LogSession(disk.copy())
    #expect(again.acknowledged == 5)
    #expect(again.violations(lengths: workload.lengths) == [])
    try again.log.close()
    try? session.log.close()
  }

  @Test func `F4: a full disk refuses at once, keeps what it has, and takes what makes room`()
    throws
  {
    disk.setCapacity(9 * Int(LogWorkload.segmentSize))
    let session = try LogSession(disk)
    var lengths: [Int] = []
    let refusal = #expect(throws: CommitError.self) {
      for _ in 0..<1000 {
        try session.appendAndWait(length: 2500)
        lengths.append(2500)
      }
    }
    #expect(refusal == .noSpace)
    #expect(session.failures.isEmpty)
    #expect(session.acknowledged > 20)
    // Space is kept for these.
    for _ in 0..<2 {
      try session.appendAndWait(length: 10, frees: true)
      lengths.append(10)
    }
    #expect(throws: CommitError.noSpace) { try session.appendAndWait(length: 2500) }
    // Two checkpoints cover what was replaced: the log goes on.
    #expect(session.log.isCheckpointAdvised)
    try session.checkpoint()
    try session.checkpointAfterAnother(&lengths)
    try waitUntil { !session.log.isCheckpointAdvised && session.log.statistics.spareSegments > 2 }
    for _ in 0..<10 {
      try session.appendAndWait(length: 2500)
      lengths.append(2500)
    }
    try expectWhole(session, lengths)
  }

  @Test func `F4: two checkpoints make room even if nothing can be committed between them`() throws
  {
    disk.setCapacity(9 * Int(LogWorkload.segmentSize))
    let session = try LogSession(disk)
    #expect(throws: CommitError.noSpace) {
      while true { try session.appendAndWait(length: 2500) }
    }
    let known = session.acknowledged
    try session.checkpoint()
    try session.checkpoint()
    #expect(session.log.statistics.checkpoints == 2)
    try waitUntil { !session.log.isCheckpointAdvised && session.log.statistics.spareSegments > 2 }
    // The commit between them had no records, and took a place in the order.
    let sequence = try session.log.append(KeyValueStore.commit(1, length: 2500), .wait) { _ in }
    #expect(sequence.rawValue == known + 2)
    try session.log.close()
  }

  /// As if the disk had been full whenever room was to be set aside for it. If there are no two
  /// before it, the room of the last spare is all that there is.
  @Test(arguments: [0, 2])
  func `F4: a checkpoint without room takes that of what can be done without`(before: Int) throws {
    disk.setCapacity(9 * Int(LogWorkload.segmentSize))
    disk.setFailure { $0.path == .checkpointDraft && $0.kind == .allocate ? .noSpace : nil }
    let session = try LogSession(disk)
    var lengths: [Int] = []
    for _ in 0..<before { try session.checkpointAfterAnother(&lengths) }
    #expect(throws: CommitError.noSpace) {
      while true {
        try session.appendAndWait(length: 2500)
        lengths.append(2500)
      }
    }
    try? disk.remove(.checkpointDraft)
    let space = try disk.space()
    disk.setCapacity(Int(space.total - space.available))
    try session.checkpoint()
    // If it was the last spare, what the newest checkpoint covers is enough to have one again.
    try waitUntil { session.log.statistics.spareSegments > 0 }
    #expect(
      disk.paths.count { if case .checkpoint = $0 { true } else { false } } == min(before, 1) + 1)
    try session.checkpointAfterAnother(&lengths)
    try waitUntil { session.log.statistics.spareSegments > 2 }
    try session.appendAndWait(length: 2500)
    lengths.append(2500)
    try expectWhole(session, lengths)
  }

  /// All is there now, and in another opening.
  private func expectWhole(_ session: LogSession, _ lengths: [Int]) throws {
    #expect(session.violations(lengths: lengths) == [])
    try session.log.close()
    let again = try LogSession(disk)
    #expect(again.violations(lengths: lengths) == [])
    try again.log.close()
  }

  /// Each call that changes something fails once, in turn; what was acknowledged is there
  /// afterwards and nothing that was refused is.
  @Test func `F1: one failure anywhere loses nothing that was acknowledged`() throws {
    var failures = 0
    for index in stride(from: 12, to: 170, by: 3) {
      let disk = SimulatedDisk()
      try LogWorkload.makeStore(disk)
      let session = try LogSession(disk, configuration: LogWorkload.configuration)
      disk.setFailure { $0.index == index && $0.kind != .read ? .ioError : nil }
      workload.run(session, to: 60)
      try? session.log.close()
      disk.setFailure { _ in nil }
      if !session.failures.isEmpty { failures += 1 }
      let again = try LogSession(disk, configuration: LogWorkload.configuration)
      #expect(again.acknowledged >= session.acknowledged, "seed 31, call \(index)")
      if !session.failures.isEmpty {
        #expect(again.acknowledged == session.acknowledged, "seed 31, call \(index)")
      }
      #expect(again.violations(lengths: workload.lengths) == [], "seed 31, call \(index)")
      workload.run(again, to: 80)
      #expect(again.acknowledged == 80, "seed 31, call \(index)")
      try again.log.close()
    }
    #expect(failures > 5)
  }

  @Test func `haste is not taken for a full disk`() throws {
    let session = try LogSession(disk)
    for index in 0..<300 { try session.append(length: workload.lengths[index]) }
    try session.log.close()
    #expect(session.acknowledged == 300)
    #expect(session.failures.isEmpty)
  }

  /// What the calling thread is called.
  private static var threadName: String {
    let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var name = [UInt8](repeating: 0, count: 16)
    let count = read(file, &name, name.count)
    return String(decoding: name.prefix(max(0, count - 1)), as: UTF8.self)
  }

  private func waitUntil(_ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
      guard ContinuousClock.now < deadline else {
        Issue.record("it does not come about")
        return
      }
      usleep(2000)
    }
  }
}

extension LogSession {
  /// A checkpoint that is not the same as the one before.
  fileprivate func checkpointAfterAnother(_ lengths: inout [Int]) throws {
    try appendAndWait(length: 10, frees: true)
    lengths.append(10)
    try checkpoint()
  }
}
