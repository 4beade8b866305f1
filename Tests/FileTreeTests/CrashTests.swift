import LogFormat
import Storage
import TestSupport
import Testing

@testable import FileTree

/// The power is cut at every write, flush and change of a name that a workload makes on its disk;
/// what is found then must be the tree after some prefix of the changes, with everything in it that
/// was acknowledged as durable (D1).
@Suite struct CrashTests {
  private static let segmentSize: UInt64 = 1 << 20
  /// What survives of the unflushed writes is drawn this often for each cut.
  private static let subsets = 3

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `D1: after a power cut at any moment the tree is a prefix with all that was durable`(
    seed: UInt64
  ) throws {
    let durability: DurabilityMode = seed.isMultiple(of: 3) ? .fsync : .close
    let disk = SimulatedDisk()
    _ = try CrashWorkload(seed: seed, durability).run(on: disk, segmentSize: Self.segmentSize)
    var cuts = 0
    for cut in 0..<disk.operationCount {
      let disk = SimulatedDisk()
      disk.cutPower(at: cut)
      let history = try CrashWorkload(seed: seed, durability).run(
        on: disk, segmentSize: Self.segmentSize)
      var random = SeededGenerator(seed: seed &+ UInt64(cut) &* 1_000_003)
      for _ in 0..<Self.subsets {
        try check(disk.afterPowerCut(&random), history, "seed \(seed), cut \(cut)")
        cuts += 1
      }
    }
    print("CrashTests: seed \(seed), \(cuts) cuts, no violation")
  }

  /// Without this one could not tell a sweep that proves something from one that looks away.
  @Test func `a disk that lies about its flushes is caught`() throws {
    var random = SeededGenerator(seed: 1)
    let disk = SimulatedDisk()
    disk.lieAboutFlushes()
    let history = try CrashWorkload(seed: 1, .close).run(on: disk, segmentSize: Self.segmentSize)
    let caught = (0..<20).count { _ in
      do {
        return try !isPrefix(disk.afterPowerCut(&random), history)
      } catch {
        return true
      }
    }
    #expect(caught > 0)
  }

  private func check(_ disk: SimulatedDisk, _ history: CrashHistory, _ hint: String) throws {
    guard history.isCreated else { return }
    try #require(
      try isPrefix(disk, history), "\(hint): durable \(history.durable) of \(history.states.count)")
  }

  private func isPrefix(_ disk: SimulatedDisk, _ history: CrashHistory) throws -> Bool {
    let tree = try FileTree.open(disk, logger: TreeFixture.silent)
    defer { try? tree.close() }
    let found = try tree.contents()
    return history.states[history.durable...].contains(found) && tree.verify { _ in }.isEmpty
  }
}

/// What a workload did before the power went.
struct CrashHistory {
  /// The store was there before.
  var isCreated = false
  /// What paths showed before the first step, and after each; the last may have been under way.
  var states: [[Name: Fingerprint]] = [[:]]
  /// The states before this one are ruled out.
  var durable = 0
  /// What the first step that failed would have made.
  var firstFailed: [Name: Fingerprint]?
  /// What failed was visible already (names, appends), and is gone after a mount.
  var hasFailedAhead = false
}

/// A random sequence of steps, the same for every cut.
struct CrashWorkload {
  private static let stepCount = 40

  let seed: UInt64
  let durability: DurabilityMode

  init(seed: UInt64, _ durability: DurabilityMode) {
    self.seed = seed
    self.durability = durability
  }

  /// Stops at the first failure, which the power cut makes; with `toleratingFailures` it goes on
  /// with the steps after it.
  func run(
    on disk: SimulatedDisk, segmentSize: UInt64, toleratingFailures: Bool = false
  ) throws -> CrashHistory {
    var history = CrashHistory()
    let fixture: TreeFixture
    do {
      fixture = try TreeFixture(disk, durability: durability, segmentSize: segmentSize)
    } catch {
      try #require(disk.isDead || toleratingFailures)
      return history
    }
    history.isCreated = true
    defer { try? fixture.tree.close() }
    do {
      try runSteps(on: fixture, &history, toleratingFailures)
    } catch {
      try #require(disk.isDead, "failed with the power on: \(error)")
    }
    return history
  }

  private func runSteps(
    on fixture: TreeFixture, _ history: inout CrashHistory, _ toleratesFailures: Bool
  ) throws {
    var random = SeededGenerator(seed: seed)
    var model = TreeModel()
    for index in 0..<Self.stepCount {
      if index % 13 == 12 {
        do {
          try fixture.maintain()
          history.durable = history.states.count - 1
        } catch {
          guard toleratesFailures else { throw error }
        }
      }
      let step = ModelStep.random(model, &random)
      let before = model
      step.apply(to: &model)
      history.states.append(model.visible)
      do {
        try step.run(on: fixture)
      } catch {
        guard toleratesFailures else { throw error }
        let failed = history.states.removeLast()
        history.firstFailed = history.firstFailed ?? failed
        model = before
        if step.isPublishedWhenDurable, !history.hasFailedAhead {
          try #require(try fixture.tree.contents() == model.visible, "a failed content is visible")
        }
        history.hasFailedAhead = history.hasFailedAhead || !step.isPublishedWhenDurable
        continue
      }
      if durability == .close, step.isDurable, model != before {
        history.durable = history.states.count - 1
      }
    }
  }
}
