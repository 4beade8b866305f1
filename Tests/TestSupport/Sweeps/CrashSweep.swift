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

  /// Takes steps until `next` answers nil, then goes through the cuts; and lives on after one of
  /// them, as often as there are lives.
  /// - Throws: a ``ContractViolation``.
  public func run(
    lives: Int = 1, _ next: (ContractModel) -> ContractStep?
  ) throws -> SweepCount {
    var random = SeededGenerator(seed: seed)
    var count = SweepCount()
    var disk = SimulatedDisk()
    var last: (run: ContractRun, cut: Cut)?
    for life in 0..<lives {
      let subject = try TreeSubject(
        storage(disk), durability: waitsOnClose ? .close : .fsync,
        segmentSize: life == 0 ? Self.segmentSize : nil)
      let run =
        try last.map { try $0.run.afterCrash(on: subject, within: $0.cut.progress) }
        ?? ContractRun(subject, waitsOnClose: waitsOnClose)
      let cuts = try live(run, subject, disk, next, &count)
      for (index, cut) in cuts.enumerated() {
        do {
          try check(cut, run.order, &random, &count)
        } catch {
          throw ContractViolation(
            "seed \(seed), life \(life), cut \(index): \(error)\nsteps: \(run.steps)")
        }
      }
      let cut = cuts.randomElement(using: &random)!
      disk = cut.moment.afterPowerCut(&random)
      last = (run, cut)
    }
    return count
  }

  /// Takes the steps, and answers every moment in which the power could have gone.
  private func live(
    _ run: ContractRun, _ subject: TreeSubject, _ disk: SimulatedDisk,
    _ next: (ContractModel) -> ContractStep?, _ count: inout SweepCount
  ) throws -> [Cut] {
    let cuts = Mutex<[Cut]>([])
    disk.observe { [order = run.order] moment in
      cuts.withLock { $0.append(Cut(moment: moment, progress: order.progress)) }
    }
    do {
      defer { subject.end() }
      while let step = next(run.model) { try run.take(step) }
      try run.checkPaths()
      count.note(subject.tree.statistics.log)
    }
    count.runs += 1
    count.steps += run.steps.count
    return cuts.withLock { $0 } + [Cut(moment: disk.moment, progress: run.order.progress)]
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
