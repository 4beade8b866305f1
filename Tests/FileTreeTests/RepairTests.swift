import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

@testable import FileTree

/// What becomes of damaged stores: nothing wrong is ever served, all is named that is not as it
/// was, and what repair leaves is clean (F2, F3).
@Suite(.timeLimit(.minutes(10))) struct RepairTests {
  @Test(arguments: [true, false])
  func `a store without damage is copied as it is, to the last attribute`(isClosed: Bool) throws {
    let workload = try RepairWorkload(seed: 1, steps: 60, checkpoints: 2, isClosed: isClosed)
    let salvaged = try SalvagedTree(workload.disk, logger: TreeFixture.silent)
    #expect(salvaged.report.damage == [])
    #expect(salvaged.report.isComplete)
    let (repaired, losses) = try repair(salvaged)
    #expect(losses.map { "\($0)" } == [])
    try #expect(TreePicture(repaired.tree).differences(from: workload.picture) == [])
    #expect(repaired.tree.verify { _ in }.isEmpty)
    try repaired.reopen()
    try #expect(TreePicture(repaired.tree).differences(from: workload.picture) == [])
  }

  @Test(arguments: [true, false], [0, 1, 3])
  func `whatever is damaged: nothing wrong is served, all is named, what can be is saved`(
    isClosed: Bool, checkpoints: Int
  ) throws {
    let seed = UInt64(checkpoints) + (isClosed ? 10 : 0)
    let workload = try RepairWorkload(
      seed: seed, steps: 50, checkpoints: checkpoints, isClosed: isClosed)
    var random = SeededGenerator(seed: seed)
    let damages = StoreDamage.all(of: workload.disk, flips: 12, &random)
    var refused = 0
    for damage in damages {
      let disk = workload.disk.copy()
      try damage.apply(to: disk)
      var problems: [String] = []
      let trial = DamageTrial(disk, workload)
      do {
        let isMounted = try trial.mount(&problems)
        if !isMounted { refused += 1 }
        let isWhole = try trial.repair(&problems)
        if damage.isOfCheckpoint, !isMounted { problems.append("a checkpoint alone stops a mount") }
        if damage.isOfHeader, !isWhole { problems.append("a checkpoint alone loses something") }
      } catch {
        problems.append("\(error)")
      }
      if !problems.isEmpty {
        Issue.record(
          "seed \(seed), \(damage):\n\(problems.prefix(8).joined(separator: "\n"))")
      }
    }
    print(
      "seed \(seed): \(damages.count) damages to a store of \(workload.picture.files.count) files, "
        + "\(refused) of them refused by a mount")
  }

  private func repair(_ salvaged: SalvagedTree) throws -> (TreeFixture, [FileLoss]) {
    let target = try TreeFixture(SimulatedDisk(), segmentSize: RepairWorkload.segmentSize)
    return (target, try salvaged.copy(into: target.tree) { _ in })
  }
}

extension TreePicture {
  func differences(from other: TreePicture) -> [String] {
    Set(files.keys).union(other.files.keys).sorted().compactMap { path in
      self[path] == other[path]
        ? nil : "\(path): \(self[path] as Any) instead of \(other[path] as Any)"
    }
  }
}
