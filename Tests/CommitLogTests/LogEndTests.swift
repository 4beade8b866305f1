import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

/// A log whose end is lost leaves no later group that bears witness; other signs do (F2).
struct LogEndTests {
  /// A store as a power cut leaves it: no checkpoint has seen its end.
  private func makeStore() throws -> (disk: SimulatedDisk, last: UInt64) {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk, configuration: LogWorkload.configuration)
    for _ in 0..<14 { try session.appendAndWait(length: 6000) }
    try session.log.close()
    let used = disk.paths.filter { path in
      path.directory == .log && disk.bytes(of: path)![..<8].elementsEqual("INTACTSG".utf8)
    }
    guard case .segment(let last)? = used.last else { throw StorageError(.open, "log", .ioError) }
    #expect(last > 2)
    return (disk, last)
  }

  private func expectDamage(_ disk: SimulatedDisk, at segment: UInt64) {
    let damage = #expect(throws: LogDamage.self) { try LogSession(disk) }
    #expect(damage?.position.segment.rawValue == segment)
    #expect(disk.operationCount == 0, "nothing is touched")
  }

  @Test func `F2: a last segment that is cut off stops the opening`() throws {
    let (disk, last) = try makeStore()
    let bytes = disk.bytes(of: .segment(last))!
    let second = try #require(
      stride(from: 8192, to: bytes.count, by: 4096).first {
        bytes[$0..<$0 + 4].elementsEqual("GRUP".utf8)
      })
    disk.setBytes(Array(bytes[..<(second + 8192)]), of: .segment(last))
    expectDamage(disk.copy(), at: last)
  }

  @Test func `F2: a last segment that another was copied over stops the opening`() throws {
    let (disk, last) = try makeStore()
    disk.setBytes(disk.bytes(of: .segment(last - 1))!, of: .segment(last))
    expectDamage(disk.copy(), at: last)
  }

  @Test func `F2: two segments in each other's place stop the opening`() throws {
    let (disk, last) = try makeStore()
    let bytes = disk.bytes(of: .segment(last))!
    disk.setBytes(disk.bytes(of: .segment(last - 1))!, of: .segment(last))
    disk.setBytes(bytes, of: .segment(last - 1))
    expectDamage(disk.copy(), at: last - 1)
  }

  @Test func `F2: content beside a log without a commit stops the opening`() throws {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk)
    try session.appendAndWait(length: 100)
    let blob = try session.log.makeBlob()
    try blob.flush()
    try session.log.close()
    try disk.remove(.segment(1))
    expectDamage(disk.copy(), at: 0)
    #expect(disk.bytes(of: .blob(blob.number.rawValue)) != nil)
  }
}
