import CommitLog
import FileTree
import Glibc
import LogFormat
import Testing
import TestSupport

/// Modes of durability, and large content.
@Suite struct DurabilityTests {
  @Test func `D2: with durability=fsync a close is published without waiting for the disk`() throws
  {
    let fixture = try TreeFixture(SimulatedDisk(), durability: .fsync)
    let before = fixture.tree.statistics.log.flushes
    for round in 0..<20 { try fixture.publish("round \(round)", as: "f") }
    #expect(try fixture.text("f") == "round 19")
    #expect(fixture.tree.statistics.log.flushes <= before + 1)
    try fixture.reopen()
    #expect(try fixture.text("f") == "round 19")
  }

  @Test func `D3: fsync of a file that has lost its name makes what came before durable`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk)
    try fixture.publish("f", as: "f")
    let staging = try fixture.tree.update(try #require(try fixture.find("f")?.attributes.inode))
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    try fixture.write("nobody's", to: staging)
    try fixture.wait { fixture.tree.commit(staging, .fsync, $0) }
    let again = try TreeFixture(opening: disk.copy())
    #expect(try again.names() == [])
    for fixture in [fixture, again] { try fixture.tree.close() }
  }

  @Test func `large content goes beside the log, and comes back`() throws {
    let fixture = try TreeFixture(SimulatedDisk())
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let staging = try fixture.create("large")
    var offset = 0
    while offset < content.count {
      let end = min(offset + 100_001, content.count)
      try staging.write(Array(content[offset..<end]), at: UInt64(offset))
      offset = end
    }
    try staging.write(Array("changed".utf8), at: 32 * 1024 - 3)
    #expect(staging.isLarge)
    try fixture.close(staging)
    try fixture.reopen()
    var expected = content
    expected.replaceSubrange((32 * 1024 - 3)..<(32 * 1024 + 4), with: "changed".utf8)
    let version = try #require(try fixture.find("large")?.version)
    #expect(try version.bytes() == expected)
  }

  @Test func `a hole costs nothing and reads as zeros`() throws {
    let fixture = try TreeFixture(SimulatedDisk())
    let staging = try fixture.create("sparse")
    try fixture.write("end", to: staging, at: 1 << 40)
    try fixture.close(staging)
    try fixture.reopen()
    let file = try #require(try fixture.find("sparse"))
    #expect(file.attributes.size == 1 << 40 + 3)
    #expect(file.attributes.blocks512 == 1)
  }

  @Test func `D1: the number of a blob that has gone is not given out again after a crash`() throws
  {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk)
    let (first, second) = (
      [UInt8](repeating: 1, count: 500_000), [UInt8](repeating: 2, count: 700_000)
    )
    try fixture.publish(first, as: "f")
    try fixture.publish("small", as: "f")
    let deadline = ContinuousClock.now + .seconds(20)
    while try !disk.list(.content).isEmpty, ContinuousClock.now < deadline { usleep(10_000) }
    #expect(try disk.list(.content).isEmpty)
    // Nobody closes the trees: each begins with what the disk has.
    let crashed = try TreeFixture(opening: disk.copy())
    try crashed.publish(second, as: "g")
    let again = try TreeFixture(opening: (crashed.storage as! SimulatedDisk).copy())
    #expect(try again.find("g")?.version?.bytes() == second)
    #expect(again.tree.verify { _ in }.isEmpty)
    for fixture in [fixture, crashed, again] { try fixture.tree.close() }
  }
}
