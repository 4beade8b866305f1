import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

/// Checkpoints, what they replace and what they make free.
struct CheckpointTests {
  private let workload = LogWorkload(seed: 41)
  private let disk = SimulatedDisk()

  init() throws {
    try LogWorkload.makeStore(disk)
  }

  private var checkpoints: [StoragePath] {
    disk.paths.filter { if case .checkpoint = $0 { true } else { false } }
  }

  /// A store with checkpoints through 20, 40 and 60, and 65 commits.
  private func fill() throws {
    let session = try LogSession(disk)
    for target in [20, 40, 60] {
      while session.acknowledged < target {
        try session.appendAndWait(length: workload.lengths[Int(session.acknowledged)])
      }
      try session.checkpoint()
    }
    while session.acknowledged < 65 {
      try session.appendAndWait(length: workload.lengths[Int(session.acknowledged)])
    }
    try session.log.close()
  }

  @Test func `an opening starts from the newest, and the newest two are kept`() throws {
    try fill()
    #expect(checkpoints == [.checkpoint(40), .checkpoint(60)])
    let session = try LogSession(disk)
    let report = session.log.recoveryReport
    #expect(report.checkpoint == CommitSequence(rawValue: 60))
    #expect(report.checkpointState == [60, 7])
    #expect(report.commitsReplayed == 5)
    #expect(report.damagedCheckpoints.isEmpty)
    #expect(session.violations(lengths: workload.lengths) == [])
    try session.log.close()
  }

  @Test(arguments: [10, 4096, 4096 + 60]) func `a damaged newest one falls back to the older`(
    offset: Int
  ) throws {
    try fill()
    var bytes = try #require(disk.bytes(of: .checkpoint(60)))
    bytes[offset] ^= 4
    disk.setBytes(bytes, of: .checkpoint(60))
    let session = try LogSession(disk)
    let report = session.log.recoveryReport
    #expect(report.checkpoint == CommitSequence(rawValue: 40))
    #expect(report.damagedCheckpoints.map(\.sequence) == [CommitSequence(rawValue: 60)])
    #expect(report.commitsReplayed == 25)
    #expect(session.acknowledged == 65)
    #expect(session.violations(lengths: workload.lengths) == [])
    // The damaged one makes way for a sound one.
    try session.checkpoint()
    #expect(checkpoints == [.checkpoint(40), .checkpoint(65)])
    try session.log.close()
  }

  @Test func `with both damaged the opening is refused, once their segments are gone`() throws {
    try fill()
    #expect(!disk.paths.contains(.segment(1)), "the first segment was recycled")
    for path in checkpoints { disk.setBytes([1, 2, 3], of: path) }
    #expect(throws: LogDamage.self) { try LogSession(disk) }
  }

  @Test func `with the only one damaged the whole log is replayed`() throws {
    let session = try LogSession(disk)
    for index in 0..<10 { try session.appendAndWait(length: workload.lengths[index]) }
    try session.checkpoint()
    try session.log.close()
    disk.setBytes([], of: .checkpoint(10))
    let again = try LogSession(disk)
    #expect(again.log.recoveryReport.commitsReplayed == 10)
    #expect(again.violations(lengths: workload.lengths) == [])
    try again.log.close()
  }

  @Test func `a checkpoint in the midst of groups replays the commits after it only`() throws {
    let session = try LogSession(disk)
    for index in 0..<10 {
      try session.append(length: workload.lengths[index], index < 9 ? .lazy : .wait)
    }
    let taken = session
    while taken.acknowledged < 10 {}
    // Through 4, in the middle of the one group.
    var store = KeyValueStore()
    let reader = try LogSession(disk.copy(), readOnly: true)
    store.values = reader.store.values.filter { $0.value.sequence <= 4 }
    try session.log.writeCheckpoint(
      through: CommitSequence(rawValue: 4), state: [], records: store.records)
    try session.log.close()
    let again = try LogSession(disk)
    #expect(again.log.recoveryReport.commitsReplayed == 6)
    #expect(again.acknowledged == 10)
    try again.log.close()
  }

  @Test func `records beyond a frame come back, all of them`() throws {
    let session = try LogSession(disk)
    try session.appendAndWait(length: 100)
    let value = [UInt8](repeating: 7, count: 60_000)
    let records = (0..<50).map { index in
      Record.setExtendedAttribute(
        SetExtendedAttributeRecord(
          inode: Inode(rawValue: index + 1), name: [65], value: value,
          changed: Timestamp(seconds: 1, nanoseconds: 2)))
    }
    try session.log.writeCheckpoint(
      through: CommitSequence(rawValue: 1), state: [1, 2, 3], records: records)
    try session.log.close()
    var collector = RecordCollector()
    let log = try CommitLog.open(disk, readOnly: true, recovery: &collector)
    #expect(collector.records == records)
    #expect(log.recoveryReport.checkpointState == [1, 2, 3])
    try log.close()
  }

  @Test func `blobs: orphans go at the opening, dead ones when their last reference does`() throws {
    let session = try LogSession(disk)
    let blob = try session.log.makeBlob()
    try ([1, 2, 3] as [UInt8]).withUnsafeBytes { try blob.write(at: 0, $0) }
    try blob.flush()
    let location = ContentLocation.blob(blob.number, offset: 0)
    session.log.retain(location, length: 3)
    #expect(try session.log.bytes(at: location, count: 3) == [1, 2, 3])
    let orphan = try session.log.makeBlob()
    try orphan.flush()
    #expect(disk.paths.contains(.blob(orphan.number.rawValue)))
    session.log.release(location, length: 3)
    try session.appendAndWait(length: 1)
    let deadline = ContinuousClock.now + .seconds(20)
    while disk.paths.contains(.blob(blob.number.rawValue)), ContinuousClock.now < deadline {}
    #expect(!disk.paths.contains(.blob(blob.number.rawValue)))
    try session.log.close()
    let again = try LogSession(disk)
    #expect(!disk.paths.contains(.blob(orphan.number.rawValue)))
    #expect(try again.log.makeBlob().number > orphan.number, "no number is given twice")
    try again.log.close()
  }
}

/// Takes whatever comes.
private struct RecordCollector: LogRecovery {
  var records: [Record] = []

  mutating func restore(_ record: Record) throws { records.append(record) }
  mutating func replay(_ commit: RecoveredCommit) throws {}
}

extension CommitLog {
  fileprivate func bytes(at location: ContentLocation, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(location, into: $0) }
    return bytes
  }
}
