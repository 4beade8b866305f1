import FileTree
import Locking
import Storage

/// Lets each write to the disk be lost in turn, or go to the wrong place, without a word. What is
/// found at the next mount may have gone bad, but never be wrong: the mount refuses it, or shows
/// what paths showed at some time, but for content that it says is damaged (F2, F3).
public struct SilentFaultSweep: Sendable {
  static let fates: [WriteFate] = [
    .lost, .misplaced(by: 4096), .misplaced(by: -4096), .misplaced(by: 1 << 16),
  ]

  /// Decides the steps.
  public var seed: UInt64
  public var stepCount = 40

  public init(seed: UInt64) { self.seed = seed }

  /// Goes through all writes.
  /// - Throws: a ``ContractViolation``.
  public func run() throws -> SweepCount {
    var count = SweepCount()
    let writes = try take(write: -1, .done, &count)
    for write in 0..<writes {
      for fate in Self.fates {
        _ = try take(write: write, fate, &count)
        count.faults += 1
      }
    }
    return count
  }

  /// Answers how many writes were made.
  private func take(write: Int, _ fate: WriteFate, _ count: inout SweepCount) throws -> Int {
    let disk = SimulatedDisk()
    let subject = try TreeSubject(disk, segmentSize: CrashSweep.segmentSize)
    let run = ContractRun(subject)
    let first = disk.writeCount
    disk.setFate { $0 == first + write ? fate : .done }
    var random = SeededGenerator(seed: seed)
    do {
      for _ in 0..<stepCount {
        let step = ContractStep.random(run.model, sizes: [300, 6000, 300_000], &random)
        guard run.model.canTake(step) else { continue }
        _ = try run.takeDespiteFaults(step)
      }
      subject.end()
      count.runs += 1
      count.steps += run.steps.count
      let writes = disk.writeCount - first
      // What the page cache shows has gone with the machine.
      try check(disk.afterPowerCut(&random), run.order)
      return writes
    } catch {
      throw ContractViolation(
        "seed \(seed), write \(write) \(fate): \(error)\nsteps: \(run.steps)")
    }
  }

  private func check(_ disk: SimulatedDisk, _ order: OrderOfChanges) throws {
    guard
      let tree = try? FileTree.open(
        disk, configuration: TreeSubject.configuration, logger: TreeSubject.silent)
    else { return }
    defer { try? tree.close() }
    let found = try tree.visible(allowsDamage: true)
    guard order.contains(readablePartOf: found) else {
      throw ContractViolation(
        "paths have never shown\n\(found)\nbut last\n\(order[order.progress.begun])")
    }
    let isDamaged = found.entries.values.contains { $0.kind == .damaged }
    guard !isDamaged || !tree.verify({ _ in }).isEmpty else {
      throw ContractViolation("damage that verify does not find:\n\(found)")
    }
  }
}
