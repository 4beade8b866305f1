import CommitLog
import Glibc
import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Space comes back while files are replaced, and nothing is lost on the way.
@Suite struct CompactionTests {
  private static let segmentSize: UInt64 = 1 << 20

  @Test(arguments: 0..<3 as Range<UInt64>)
  func `steady overwriting keeps the store within a bound, contents intact`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let fixture = try TreeFixture(SimulatedDisk(), segmentSize: Self.segmentSize)
    var contents: [Name: [UInt8]] = [:]
    for round in 0..<400 {
      let name = Name(Array("f\(Int.random(in: 0..<40, using: &random))".utf8))!
      let bytes = [UInt8](
        repeating: UInt8(truncatingIfNeeded: round), count: .random(in: 1...60_000, using: &random))
      let staging = try fixture.create(name)
      try staging.write(bytes, at: 0)
      try fixture.close(staging)
      contents[name] = bytes
      if round.isMultiple(of: 25) { try fixture.maintain() }
    }
    for _ in 0..<6 { try fixture.maintain() }
    let statistics = fixture.tree.statistics.log
    #expect(statistics.segmentsRecycled > 0)
    #expect(
      statistics.storeBytes <= 2 * statistics.liveBytes + 10 * Self.segmentSize, "\(statistics)")
    try check(fixture, contents)
    try fixture.reopen()
    try check(fixture, contents)
  }

  @Test func `a pinned version outlives compaction`() throws {
    let fixture = try TreeFixture(SimulatedDisk(), segmentSize: Self.segmentSize)
    let bytes = [UInt8](repeating: 7, count: 50_000)
    let staging = try fixture.create("pinned")
    try staging.write(bytes, at: 0)
    try fixture.close(staging)
    let pinned = try #require(try fixture.find("pinned")?.version)
    for round in 0..<200 {
      let staging = try fixture.create("pinned")
      try staging.write([UInt8](repeating: UInt8(round), count: 50_000), at: 0)
      try fixture.close(staging)
      if round.isMultiple(of: 20) { try fixture.maintain() }
    }
    #expect(try pinned.bytes() == bytes)
  }

  @Test func `segments that hold pinned versions alone do not keep the others from compaction`()
    throws
  {
    let fixture = try TreeFixture(SimulatedDisk(), segmentSize: Self.segmentSize)
    var pinned: [Version] = []
    for round in 0..<12 {
      let isPinned = round < 6
      let bytes = [UInt8](repeating: UInt8(round), count: isPinned ? 1_000 : 60_000)
      try publish(bytes, as: isPinned ? "pinned" : Name(Array("kept \(round)".utf8))!, in: fixture)
      if isPinned { pinned.append(try #require(try fixture.find("pinned")?.version)) }
      for _ in 0..<20 {
        try publish([UInt8](repeating: 0, count: 50_000), as: "other", in: fixture)
      }
    }
    try fixture.publish("the last", as: "pinned")
    for _ in 0..<10 { try fixture.maintain() }
    #expect(fixture.tree.log.relocationCandidates().isEmpty)
    let segments = Set(
      try (6..<12).compactMap { round in
        let file = try fixture.find(Name(Array("kept \(round)".utf8))!)
        return file?.version?.content.extents.first(endingAfter: 0)?.chunk.logPosition?.segment
      })
    #expect(segments.count <= 2, "\(segments)")
    for (round, version) in pinned.enumerated() {
      #expect(try version.bytes() == [UInt8](repeating: UInt8(round), count: 1_000))
    }
  }

  @Test func `F4: a full disk is compacted in the background, though nothing can be merged`() throws
  {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk, segmentSize: Self.segmentSize)
    disk.setCapacity(12 << 20)
    try fixture.publish("", as: "log")
    let inode = try #require(try fixture.find("log")?.attributes.inode)
    let appender = try fixture.tree.update(inode)
    // Too much to be merged in what is left of a segment.
    for _ in 0..<40 { try fixture.append([UInt8](repeating: 1, count: 6_000), to: appender) }
    var names: [Name] = []
    for size in [20_000, 1] {
      #expect(throws: Errno.noSpace) {
        for index in 0..<5_000 {
          let name = Name(Array("\(size) \(index)".utf8))!
          try publish([UInt8](repeating: 7, count: size), as: name, in: fixture)
          names.append(name)
        }
      }
    }
    for (index, name) in names.enumerated() where index % 10 != 0 {
      try fixture.wait { fixture.tree.unlink(name, in: .root, $0) }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while fixture.tree.statistics.log.spareSegments < 3 {
      try #require(ContinuousClock.now < deadline, "\(fixture.tree.statistics.log)")
      usleep(10_000)
    }
    try publish([UInt8](repeating: 8, count: 200_000), as: "new", in: fixture)
    for name in names.enumerated().filter({ $0.offset % 10 == 0 }).map(\.element) {
      #expect(Set(try fixture.find(name)?.version?.bytes() ?? []) == [7])
    }
    try fixture.close(appender)
    try fixture.reopen()
    #expect(fixture.tree.verify { _ in }.isEmpty)
  }

  private func publish(_ bytes: [UInt8], as name: Name, in fixture: TreeFixture) throws {
    let staging = try fixture.create(name)
    try staging.write(bytes, at: 0)
    try fixture.close(staging)
  }

  @Test func `a checkpoint holds commits back for its snapshot only`() throws {
    let fixture = try TreeFixture(SimulatedDisk(), segmentSize: Self.segmentSize)
    for round in 0..<20 {
      try fixture.publish("round \(round)", as: "f")
      try fixture.tree.checkpointIfChanged()
    }
    #expect(fixture.tree.statistics.log.checkpoints == 20)
    try fixture.reopen()
    #expect(try fixture.text("f") == "round 19")
    #expect(fixture.tree.recoveryReport.commitsReplayed == 0)
  }

  private func check(_ fixture: TreeFixture, _ contents: [Name: [UInt8]]) throws {
    #expect(try fixture.names() == contents.keys.sorted())
    for (name, bytes) in contents {
      #expect(try fixture.find(name)?.version?.bytes() == bytes, "\(name)")
    }
    #expect(fixture.tree.verify { _ in }.isEmpty)
  }
}
