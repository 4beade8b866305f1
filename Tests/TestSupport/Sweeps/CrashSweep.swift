import FileTree
import Locking
import Logging
import Storage

/// Cuts the power in every moment of a sequence of steps, recovers, and holds what is found against
/// the order of changes: it must be the tree after some prefix, with all that was acknowledged as
/// durable (D1).
public struct CrashSweep: Sendable {
  static let segmentSize: UInt64 = 512 << 10

  /// Decides what survives of the unflushed writes.
  public var seed: UInt64
  /// How many outcomes are drawn for a cut that has more than one.
  public var outcomes = 3
  /// Of so many recoveries one is cut as well, in every moment.
  public var recoveryInterval = 40
  /// With `durability=fsync` a close does not wait for the disk (D2).
  public var waitsOnClose = true
  /// What the steps are taken on: a disk, or one with a planted fault before it.
  public var storage: @Sendable (SimulatedDisk) -> any Storage = { $0 }

  public init(seed: UInt64) { self.seed = seed }

  private struct Cut: Sendable {
    var moment: DiskMoment
    var progress: OrderOfChanges.Progress
  }

  /// Takes steps until `next` answers nil, then goes through the cuts.
  /// - Throws: a ``ContractViolation``.
  public func run(
    _ next: (ContractModel) -> ContractStep?
  ) throws -> SweepCount {
    let disk = SimulatedDisk()
    let subject = try TreeSubject(
      storage(disk), durability: waitsOnClose ? .close : .fsync, segmentSize: Self.segmentSize)
    let run = ContractRun(subject, waitsOnClose: waitsOnClose)
    let cuts = Mutex<[Cut]>([])
    disk.observe { [order = run.order] moment in
      cuts.withLock { $0.append(Cut(moment: moment, progress: order.progress)) }
    }
    do {
      defer { subject.end() }
      while let step = next(run.model) { try run.take(step) }
      try run.checkPaths()
    }
    var count = SweepCount()
    count.runs = 1
    count.steps = run.steps.count
    let last = Cut(moment: disk.moment, progress: run.order.progress)
    var random = SeededGenerator(seed: seed)
    for (index, cut) in (cuts.withLock { $0 } + [last]).enumerated() {
      do {
        try check(cut, run.order, &random, &count)
      } catch {
        throw ContractViolation("seed \(seed), cut \(index): \(error)\nsteps: \(run.steps)")
      }
    }
    return count
  }

  private func check(
    _ cut: Cut, _ order: OrderOfChanges, _ random: inout SeededGenerator, _ count: inout SweepCount
  ) throws {
    for _ in 0..<(cut.moment.isSettled ? 1 : outcomes) {
      let disk = cut.moment.afterPowerCut(&random)
      let isCutAgain = count.cuts % recoveryInterval == 0
      count.cuts += 1
      let moments = Mutex<[DiskMoment]>([])
      if isCutAgain {
        disk.observe { moment in moments.withLock { $0.append(moment) } }
      }
      let found = try recover(disk, readOnly: !isCutAgain)
      guard order.place(of: found, within: cut.progress) != nil else {
        throw ContractViolation(
          "no prefix from \(cut.progress.durable) to \(cut.progress.begun) of the order; found\n"
            + "\(found)\nand not\n\(order[cut.progress.durable])")
      }
      for moment in moments.withLock({ $0 }) {
        count.cuts += 1
        count.cutsInRecovery += 1
        let again = try recover(moment.afterPowerCut(&random), readOnly: true)
        guard again == found else {
          throw ContractViolation("a second cut left\n\(again)\nand not\n\(found)")
        }
      }
    }
  }

  /// What a mount finds.
  private func recover(_ disk: SimulatedDisk, readOnly: Bool) throws -> VisibleTree {
    let tree = try FileTree.open(
      storage(disk), readOnly: readOnly, configuration: TreeSubject.configuration,
      logger: TreeSubject.silent)
    defer { try? tree.close() }
    let damage = tree.verify { _ in }
    guard damage.isEmpty else {
      throw ContractViolation("recovered content is damaged: \(damage)")
    }
    return try tree.visible()
  }
}
