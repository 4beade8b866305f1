import CommitLog
import LogFormat
import Storage
import SystemPackage
import TestSupport
import Testing

/// Opening stores that are whole, torn, damaged, newer or nobody's.
struct RecoveryTests {
  private let workload = LogWorkload(seed: 21)

  /// A store with `commits` commits that was closed.
  private func makeStore(commits: Int, checkpointEvery interval: UInt64? = nil) throws
    -> SimulatedDisk
  {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk, configuration: LogWorkload.configuration)
    workload.run(session, to: commits, checkpointEvery: interval)
    try session.log.close()
    #expect(session.acknowledged == UInt64(commits))
    return disk
  }

  /// A closed store with a group for each of `commits` commits, in one segment.
  private func makeSmallStore(commits: Int) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk)
    for _ in 0..<commits { try session.appendAndWait(length: 300) }
    try session.log.close()
    return disk
  }

  private let smallLengths = [Int](repeating: 300, count: 50)

  /// Where the `index`th group of a segment begins.
  private func group(_ index: Int, in bytes: [UInt8]) -> Int? {
    let starts = stride(from: 4096, to: bytes.count, by: 4096).filter { offset in
      bytes[offset..<offset + 4] == [0x47, 0x52, 0x55, 0x50]
    }
    return index < starts.count ? starts[index] : nil
  }

  @Test func `an empty store opens, and a second creation is refused`() throws {
    let disk = SimulatedDisk()
    try CommitLog.create(in: disk)
    var store = KeyValueStore()
    let log = try CommitLog.open(disk, readOnly: true, recovery: &store)
    #expect(log.recoveryReport == RecoveryReport())
    #expect(throws: StorageError.self) { try CommitLog.create(in: disk) }
    try log.close()
  }

  @Test func `commits come back in order after a close`() throws {
    let disk = try makeStore(commits: 50)
    let session = try LogSession(disk)
    #expect(session.log.recoveryReport.commitsReplayed == 50)
    #expect(session.log.recoveryReport.tornTail == nil)
    #expect(session.violations(lengths: workload.lengths) == [])
    try session.log.close()
  }

  @Test func `opening for reading touches nothing, and appends are refused`() throws {
    let disk = try makeStore(commits: 30, checkpointEvery: 10)
    let count = disk.operationCount
    let session = try LogSession(disk, readOnly: true)
    #expect(session.violations(lengths: workload.lengths) == [])
    #expect(throws: CommitError.readOnly) { try session.append(length: 1) }
    try session.log.close()
    #expect(disk.operationCount == count)
  }

  @Test func `F2: a torn last group is cut off and reported`() throws {
    let disk = try makeSmallStore(commits: 3)
    var bytes = try #require(disk.bytes(of: .segment(1)))
    let last = try #require(group(2, in: bytes))
    bytes[last + 80] ^= 1
    disk.setBytes(bytes, of: .segment(1))
    let session = try LogSession(disk)
    #expect(session.acknowledged == 2)
    let torn = try #require(session.log.recoveryReport.tornTail)
    #expect(torn.position == LogPosition(segment: SegmentNumber(rawValue: 1), offset: UInt64(last)))
    #expect(session.violations(lengths: smallLengths) == [])
    // What comes next goes elsewhere; the torn bytes stay as they are, for whoever wants to look.
    for _ in 0..<6 { try session.appendAndWait(length: 300) }
    try session.log.close()
    let again = try LogSession(disk)
    #expect(again.acknowledged == 8)
    #expect(again.violations(lengths: smallLengths) == [])
    #expect(disk.bytes(of: .segment(1)) == bytes)
    try again.log.close()
  }

  @Test func `F2: damage with valid groups after it stops the opening`() throws {
    let disk = try makeSmallStore(commits: 4)
    var bytes = try #require(disk.bytes(of: .segment(1)))
    let second = try #require(group(1, in: bytes))
    bytes[second + 80] ^= 1
    disk.setBytes(bytes, of: .segment(1))
    let count = disk.operationCount
    let damage = #expect(throws: LogDamage.self) { try LogSession(disk) }
    #expect(
      damage?.position
        == LogPosition(segment: SegmentNumber(rawValue: 1), offset: UInt64(second)))
    #expect(damage?.last == CommitSequence(rawValue: 1))
    #expect(damage.map { "\($0)".contains("commits 2 to 2 are lost") } == true)
    #expect(disk.operationCount == count, "nothing is touched")
  }

  @Test func `F2: a log whose beginning is lost is not taken for an empty one`() throws {
    let disk = try makeSmallStore(commits: 4)
    var bytes = try #require(disk.bytes(of: .segment(1)))
    let second = try #require(group(1, in: bytes))
    for offset in 0..<second { bytes[offset] = 0 }
    disk.setBytes(bytes, of: .segment(1))
    let count = disk.operationCount
    let damage = #expect(throws: LogDamage.self) { try LogSession(disk) }
    #expect(damage?.next == CommitSequence(rawValue: 2))
    #expect(disk.operationCount == count, "nothing is touched")
  }

  @Test func `F2: damage in an earlier segment stops the opening`() throws {
    let disk = try makeStore(commits: 60)
    #expect(disk.paths.contains(.segment(4)))
    for offset in [100, 4096 + 10, 4096 + 100] {
      let damaged = disk.copy()
      var bytes = try #require(disk.bytes(of: .segment(2)))
      bytes[offset] ^= 0x10
      damaged.setBytes(bytes, of: .segment(2))
      #expect(throws: LogDamage.self) { try LogSession(damaged) }
    }
    let missing = disk.copy()
    try missing.remove(.segment(2))
    #expect(throws: LogDamage.self) { try LogSession(missing) }
  }

  @Test func `F2: a log that ends before what a checkpoint has seen is damaged`() throws {
    let disk = try makeStore(commits: 20, checkpointEvery: 5)
    for path in disk.paths {
      if case .segment = path { try disk.remove(path) }
    }
    #expect(throws: LogDamage.self) { try LogSession(disk) }
  }

  @Test func `F6: a newer store is refused with both numbers and not touched`() throws {
    let disk = try makeStore(commits: 3)
    var bytes = try #require(disk.bytes(of: .superblock))
    bytes[8] = 9
    disk.setBytes(bytes, of: .superblock)
    let count = disk.operationCount
    #expect(throws: FormatError.newer(found: 9, supported: DiskFormat.version)) {
      try LogSession(disk)
    }
    #expect(throws: StorageError.self) { try CommitLog.create(in: disk) }
    #expect(disk.operationCount <= count + 4, "directories are asked for, nothing is written")
    #expect(disk.bytes(of: .superblock) == bytes)
  }

  @Test func `F2: a segment of another store stops the opening, and is not touched`() throws {
    let disk = try makeSmallStore(commits: 3)
    let other = try makeSmallStore(commits: 5)
    disk.setBytes(try #require(other.bytes(of: .segment(1))), of: .segment(1))
    let count = disk.operationCount
    #expect(throws: LogDamage.self) { try LogSession(disk) }
    #expect(disk.operationCount == count)
  }

  @Test func `every byte flipped: never wrong content`() throws {
    let disk = try makeStore(commits: 12, checkpointEvery: 5)
    var random = SeededGenerator(seed: 22)
    for path in disk.paths {
      let bytes = try #require(disk.bytes(of: path))
      // Every byte up to the end of what was written, for the many zeros behind it a sample.
      let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
      for offset in stride(from: 0, to: used, by: 11) {
        var damaged = bytes
        damaged[min(offset + Int.random(in: 0..<11, using: &random), used - 1)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
        try check(disk, path, damaged, "flipped near \(offset)")
      }
    }
  }

  /// All of a log so small that nothing has to be left out.
  @Test func `a small log, each byte flipped and cut at each length: never wrong content`() throws {
    let disk = try makeSmallStore(commits: 2)
    let path = StoragePath.segment(1)
    let bytes = try #require(disk.bytes(of: path))
    let used = try #require(bytes.lastIndex { $0 != 0 }) + 1
    for offset in 0..<used {
      var damaged = bytes
      damaged[offset] ^= 1 << UInt8(offset % 8)
      try check(disk, path, damaged, "flipped at \(offset)", lengths: smallLengths)
      try check(disk, path, Array(bytes[..<offset]), "cut at \(offset)", lengths: smallLengths)
    }
  }

  @Test func `cut at any length: never wrong content`() throws {
    let disk = try makeStore(commits: 12, checkpointEvery: 5)
    for path in disk.paths {
      let bytes = try #require(disk.bytes(of: path))
      for length in stride(from: 0, to: bytes.count, by: 61) {
        try check(disk, path, Array(bytes[..<length]), "cut at \(length)")
      }
    }
  }

  /// With a damaged file, the store is refused or is what some prefix of the commits left.
  private func check(
    _ disk: SimulatedDisk, _ path: StoragePath, _ bytes: [UInt8], _ what: String,
    lengths: [Int]? = nil
  ) throws {
    let damaged = disk.copy()
    damaged.setBytes(bytes, of: path)
    do {
      let session = try LogSession(damaged, readOnly: true)
      // Content may be damaged too: that is for its own checksums to say (F3).
      let wrong = session.violations(lengths: lengths ?? workload.lengths).filter {
        !$0.hasSuffix("other content") && !$0.contains("cannot be read")
      }
      #expect(wrong.isEmpty, "\(path) \(what): \(wrong)")
    } catch is LogDamage {
    } catch is FormatError {
    } catch is StorageError {
    }
  }
}
