import FileTree
import Glibc
import Locking
import Storage
import struct SystemPackage.Errno

/// Lets each call to the disk fail in turn while steps are taken. Who asked must be told; what
/// failed is never visible, not by a later success and not after a mount; and what was acknowledged
/// is there (C7, F1).
public struct FaultSweep: Sendable {
  /// How a call fails.
  public struct Fault: Hashable, Sendable {
    /// Which call to the disk, counted from 0; reads, too.
    public var call: Int
    public var errno: Errno
    /// All calls after it fail as well.
    public var persists: Bool
  }

  /// Decides the steps.
  public var seed: UInt64
  public var stepCount = 40
  /// What the steps are taken on: a disk, or one with a planted fault before it.
  public var storage: @Sendable (SimulatedDisk) -> any Storage = { $0 }

  public init(seed: UInt64) { self.seed = seed }

  /// Lets every call fail: once and from then on, with every error.
  /// - Parameter interval: takes every so-many-th call only.
  /// - Throws: a ``ContractViolation``.
  public func run(every interval: Int = 1) throws -> SweepCount {
    var count = SweepCount()
    let calls = try take(nil, &count)
    for call in stride(from: 0, to: calls, by: interval) {
      for errno in [Errno.ioError, .noSpace] {
        for persists in [false, true] {
          _ = try take(Fault(call: call, errno: errno, persists: persists), &count)
          count.faults += 1
        }
      }
    }
    return count
  }

  /// Takes all the steps with one fault, and looks at what is left. Answers how many calls were
  /// made on the disk.
  private func take(_ fault: Fault?, _ count: inout SweepCount) throws -> Int {
    let disk = SimulatedDisk()
    let subject = try TreeSubject(storage(disk), segmentSize: CrashSweep.segmentSize)
    let run = ContractRun(subject)
    let calls = Mutex(0)
    disk.setFailure { _ in
      let call = calls.withLock { calls in
        defer { calls += 1 }
        return calls
      }
      guard let fault, call >= fault.call, fault.persists || call == fault.call else { return nil }
      return fault.errno
    }
    do {
      let failed = try takeSteps(run)
      // A disk on which every call fails cannot be read either.
      let canRead = failed != nil && fault?.persists == false
      let left = canRead ? try whatIsLeft(subject, run) : nil
      count.runs += 1
      count.steps += run.steps.count
      let made = calls.withLock { $0 }
      subject.end()
      disk.setFailure { _ in nil }
      // A disk that takes no write any more cannot be told that the failed group is void, and
      // whether it kept it nobody can know.
      let undecided = fault?.persists == true ? failed : nil
      try check(disk, run.order, left: left, undecided: undecided)
      return made
    } catch {
      disk.setFailure { _ in nil }
      throw ContractViolation(
        "seed \(seed), \(fault.map { "\($0)" } ?? "no fault"): \(error)\nsteps: \(run.steps)")
    }
  }

  /// Answers what paths would have shown if the change had not failed after which nothing could be
  /// changed any more.
  private func takeSteps(_ run: ContractRun) throws -> VisibleTree? {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<stepCount {
      let step = ContractStep.random(run.model, sizes: [300, 6000, 300_000], &random)
      guard run.model.canTake(step) else { continue }
      if case .readOnly(let failed) = try run.takeDespiteFaults(step) { return failed }
    }
    return nil
  }

  /// F1: since the log has failed paths show what is durable, and nothing else.
  private func whatIsLeft(_ subject: TreeSubject, _ run: ContractRun) throws -> VisibleTree {
    // Where a spare segment could not be made, nobody who waits was told of it by the log.
    let deadline = ContinuousClock.now + .seconds(20)
    while !subject.tree.hasFailed, ContinuousClock.now < deadline { usleep(100) }
    let left = try subject.visible()
    guard run.order.place(of: left, within: run.order.progress) != nil else {
      throw run.violation("after the failure paths show\n\(left)")
    }
    return left
  }

  /// The machine goes on, and a mount follows; or the power goes, too.
  /// - Parameters:
  ///   - left: what paths showed after the failure.
  ///   - undecided: what may be found in its place.
  private func check(
    _ disk: SimulatedDisk, _ order: OrderOfChanges, left: VisibleTree?, undecided: VisibleTree?
  ) throws {
    var random = SeededGenerator(seed: seed)
    let moment = disk.moment
    for disk in [disk, moment.afterPowerCut(&random), moment.afterPowerCut(&random)] {
      let tree = try FileTree.open(
        storage(disk), configuration: TreeSubject.configuration, logger: TreeSubject.silent)
      defer { try? tree.close() }
      let found = try tree.visible()
      guard found == undecided || order.place(of: found, within: order.progress) != nil else {
        throw ContractViolation(
          "from \(order.progress.durable) to \(order.progress.begun) of the order there is no\n"
            + "\(found)\nbut\n\(order[order.progress.durable])")
      }
      guard left == nil || found == left || found == undecided else {
        throw ContractViolation("the mount showed\n\(left!)\nand the next one\n\(found)")
      }
      let damage = tree.verify { _ in }
      guard damage.isEmpty else { throw ContractViolation("damaged: \(damage)") }
    }
  }
}
