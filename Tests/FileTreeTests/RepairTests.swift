import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// What becomes of damaged stores: nothing wrong is ever served, all is named that is not as it
/// was, and what repair leaves is clean (F2, F3).
@Suite(.timeLimit(.minutes(10))) struct RepairTests {
  @Test(arguments: [true, false])
  func `a store without damage is copied as it is, to the last attribute`(isClosed: Bool) throws {
    let workload = try RepairWorkload(seed: 1, steps: 180, checkpoints: 2, isClosed: isClosed)
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

  @Test(arguments: [true, false], [0, 2])
  func `whatever is damaged: nothing wrong is served, all is named, what can be is saved`(
    isClosed: Bool, checkpoints: Int
  ) throws {
    let seed = UInt64(checkpoints) + (isClosed ? 10 : 0)
    let workload = try RepairWorkload(
      seed: seed, steps: 150, checkpoints: checkpoints, isClosed: isClosed)
    var random = SeededGenerator(seed: seed)
    let damages = StoreDamage.all(of: workload.disk, flips: 12, &random)
    var (refused, whole) = (0, 0)
    for damage in damages {
      let disk = workload.disk.copy()
      try damage.apply(to: disk)
      var problems: [String] = []
      let trial = DamageTrial(disk, workload)
      do {
        let isMounted = try trial.mount(&problems)
        if !isMounted { refused += 1 }
        let isWhole = try trial.repair(&problems)
        if isWhole { whole += 1 }
        if damage.isOfCheckpoint, !isMounted { problems.append("a checkpoint alone stops a mount") }
        if damage.isOfSwappedBlobs, !isWhole { problems.append("swapped blobs are not found") }
        if damage.isOfHeader, !isWhole { problems.append("a checkpoint alone loses something") }
      } catch {
        problems.append("\(error)")
      }
      if !problems.isEmpty {
        Issue.record(
          "seed \(seed), \(damage):\n\(problems.prefix(8).joined(separator: "\n"))")
      }
    }
    #expect(refused > 0 && whole > 0 && whole < damages.count)
    print(
      "RepairTests: seed \(seed), \(damages.count) damages, \(refused) refused by a mount, "
        + "\(whole) repaired without a loss")
  }

  @Test func `several damages at once: what is left is clean, and was there once`() throws {
    let workload = try RepairWorkload(seed: 40, steps: 150, checkpoints: 2, isClosed: false)
    var random = SeededGenerator(seed: 41)
    let damages = StoreDamage.all(of: workload.disk, flips: 12, &random)
    let count = 100
    for index in 0..<count {
      let disk = workload.disk.copy()
      var applied: [StoreDamage] = []
      for _ in 0..<Int.random(in: 2...6, using: &random) {
        let damage = damages.randomElement(using: &random)!
        guard (try? damage.apply(to: disk)) != nil else { continue }
        applied.append(damage)
      }
      var problems: [String] = []
      do {
        _ = try DamageTrial(disk, workload).repair(&problems)
      } catch {
        problems.append("\(error)")
      }
      if !problems.isEmpty {
        Issue.record("\(index): \(applied):\n\(problems.prefix(8).joined(separator: "\n"))")
      }
    }
    print("RepairTests: \(count) stores with several damages each")
  }

  @Test func `files of the store that cannot be opened or read cost what is in them alone`() throws
  {
    let workload = try RepairWorkload(seed: 50, steps: 150, checkpoints: 2, isClosed: true)
    for path in workload.disk.paths {
      for kind in [StorageError.Operation.open, .read] {
        let disk = workload.disk.copy()
        disk.setFailure { $0.kind == kind && $0.path == path ? .ioError : nil }
        var problems: [String] = []
        let isWhole = try DamageTrial(disk, workload).repair(&problems)
        #expect(problems == [], "\(kind) of \(path)")
        #expect(isWhole || path.directory == .log || path.directory == .content, "\(path)")
      }
    }
  }

  @Test func `a superblock of another store stops a mount, and costs nothing`() throws {
    let workload = try RepairWorkload(seed: 55, steps: 60, checkpoints: 1, isClosed: true)
    let other = SimulatedDisk()
    try CommitLog.create(in: other)
    let disk = workload.disk.copy()
    disk.setBytes(other.bytes(of: .superblock)!, of: .superblock)
    var problems: [String] = []
    let trial = DamageTrial(disk, workload)
    #expect(try !trial.mount(&problems))
    #expect(try trial.repair(&problems))
    #expect(problems == [])
  }

  @Test func `F1: what failed is not brought back`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk, segmentSize: RepairWorkload.segmentSize)
    try fixture.publish("good", as: "f")
    disk.setFailure { operation in
      if case .segment = operation.path, operation.kind == .flush { .ioError } else { nil }
    }
    #expect(throws: Errno.self) { try fixture.publish("failed", as: "f") }
    disk.setFailure { _ in nil }
    try? fixture.tree.close()
    let again = try TreeFixture(opening: disk)
    #expect(try again.text("f") == "good")
    try again.publish("next", as: "g")
    try again.publish("last", as: "h")
    try again.tree.log.close()
    for path in disk.paths where path.directory == .log {
      let damaged = disk.copy()
      try StoreDamage.flip(path, byte: 100, bit: 0).apply(to: damaged)
      let (repaired, _) = try repair(SalvagedTree(damaged, logger: TreeFixture.silent))
      #expect(try repaired.text("f") == "good", "\(path)")
      #expect(try repaired.text("g") == "next", "\(path)")
      #expect(try repaired.text("h") == "last", "\(path)")
    }
  }

  @Test func `a copy for which there is no room fails, and says so`() throws {
    let workload = try RepairWorkload(seed: 60, steps: 60, checkpoints: 1, isClosed: true)
    let salvaged = try SalvagedTree(workload.disk, logger: TreeFixture.silent)
    let small = SimulatedDisk()
    small.setCapacity(3 << 20 | 1 << 19)
    let target = try TreeFixture(small, segmentSize: RepairWorkload.segmentSize)
    #expect(throws: Errno.noSpace) { try salvaged.copy(into: target.tree) { _ in } }
  }

  private func repair(_ salvaged: SalvagedTree) throws -> (TreeFixture, [FileLoss]) {
    let target = try TreeFixture(SimulatedDisk(), segmentSize: RepairWorkload.segmentSize)
    return (target, try salvaged.copy(into: target.tree) { _ in })
  }
}
