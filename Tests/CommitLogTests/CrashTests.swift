import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

/// Power cuts at every call that changes something, over appending, rollover, checkpoints and
/// recycling (D1).
struct CrashTests {
  private static let commits = 60

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `after a power cut the log is a prefix with everything acknowledged`(seed: UInt64) throws {
    let workload = LogWorkload(seed: seed)
    let total = try Self.operations(workload)
    #expect(total > 150)
    for cut in 0..<total + 5 {
      let violations = try Self.violations(workload, cuts: [cut], lying: false)
      #expect(violations.isEmpty, "seed \(seed), cut at \(cut): \(violations)")
    }
  }

  @Test(arguments: [11, 12] as [UInt64])
  func `a second power cut, during or after recovery, does no harm either`(seed: UInt64) throws {
    let workload = LogWorkload(seed: seed)
    let total = try Self.operations(workload)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let cuts = [
        Int.random(in: 0..<total, using: &random), Int.random(in: 0..<40, using: &random),
        Int.random(in: 0..<200, using: &random),
      ]
      let violations = try Self.violations(workload, cuts: cuts, lying: false)
      #expect(violations.isEmpty, "seed \(seed), cuts at \(cuts): \(violations)")
    }
  }

  @Test func `a disk that lies about its flushes is found out`() throws {
    let workload = LogWorkload(seed: 4)
    let total = try Self.operations(workload)
    var found = 0
    for cut in stride(from: 20, to: total, by: 7) {
      found += try Self.violations(workload, cuts: [cut], lying: true).count
    }
    #expect(found > 0, "seed 4: the sweep sees nothing")
  }

  /// How many calls change something when nothing goes wrong.
  private static func operations(_ workload: LogWorkload) throws -> Int {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk, configuration: LogWorkload.configuration)
    workload.run(session, to: commits)
    try session.log.close()
    #expect(session.acknowledged == UInt64(commits))
    #expect(session.log.statistics.segmentsRecycled > 0)
    return disk.operationCount
  }

  /// Lives through the power cuts, one life each, and a last one without; says what was wrong in
  /// any.
  private static func violations(
    _ workload: LogWorkload, cuts: [Int], lying: Bool
  ) throws -> [String] {
    var random = SeededGenerator(seed: workload.seed &+ UInt64(cuts.reduce(0) { $0 * 1009 + $1 }))
    var disk = SimulatedDisk()
    var acknowledged: UInt64 = 0
    var violations: [String] = []
    for (life, cut) in (cuts.map(Optional.some) + [nil]).enumerated() {
      if let cut { disk.cutPower(at: cut) }
      if lying && life == 0 { disk.lieAboutFlushes() }
      do {
        let found = try live(
          workload, disk, life: life, isLast: cut == nil, acknowledged: &acknowledged)
        violations += found.map { "life \(life): \($0)" }
      } catch {
        if !disk.isDead { violations.append("life \(life): \(error)") }
      }
      if cut != nil { disk = disk.afterPowerCut(&random) }
    }
    return violations
  }

  /// One opening, from recovery to close, and what was wrong in it.
  private static func live(
    _ workload: LogWorkload, _ disk: SimulatedDisk, life: Int, isLast: Bool,
    acknowledged: inout UInt64
  ) throws -> [String] {
    // A creation that was cut short leaves no store; where there is one, this is refused.
    if acknowledged == 0 { try? LogWorkload.makeStore(disk) }
    let session = try LogSession(disk, configuration: LogWorkload.configuration)
    let recovered = session.acknowledged
    var violations = session.violations(lengths: workload.lengths)
    // Of a disk that is off nothing can be asked.
    if disk.isDead { violations = [] }
    if recovered < acknowledged {
      violations.append("\(acknowledged) were acknowledged, \(recovered) recovered")
    }
    workload.run(session, to: commits + life * 20)
    acknowledged = session.acknowledged
    try? session.log.close()
    guard isLast else { return violations }
    if !session.failures.isEmpty { violations.append("failed: \(session.failures)") }
    return violations + session.violations(lengths: workload.lengths)
  }
}
