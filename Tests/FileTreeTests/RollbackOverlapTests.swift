import Dispatch
import FileTree
import Glibc
import Locking
import LogFormat
import TestSupport
import Testing

import struct SystemPackage.Errno

/// Changes of every kind by several threads at once, until a flush of the log fails (F1).
@Suite(.timeLimit(.minutes(10))) struct RollbackOverlapTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `F1: after a failed flush the tree is the one that is found at the next mount`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(
      disk, durability: seed.isMultiple(of: 2) ? .close : .fsync, segmentSize: 1 << 20)
    try AheadChange.prepare(fixture)
    let failing = LateFailure(
      after: .random(in: 1..<60, using: &random), slowness: .random(in: 0..<3000, using: &random))
    failing.arm(disk)
    nonisolated(unsafe) let shared = fixture
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var random = SeededGenerator(seed: seed &* 31 &+ UInt64(thread))
      for number in 0..<1000 where !shared.tree.hasFailed {
        // What another thread has done meanwhile may stand in its way; the failure surely does.
        try? Self.step(shared, "\(thread) \(number)", &random)
      }
    }
    try #require(fixture.tree.hasFailed, "seed \(seed): the disk did not fail")
    let visible = try TreePicture(fixture.tree)
    disk.setFailure { _ in nil }
    try? fixture.tree.close()
    let tree = try FileTree.open(disk, logger: TreeFixture.silent)
    defer { try? tree.close() }
    let recovered = try TreePicture(tree)
    #expect(recovered == visible, "seed \(seed): \(recovered.differences(from: visible))")
    #expect(tree.verify { _ in }.isEmpty)
  }

  private static func step(
    _ fixture: TreeFixture, _ name: String, _ random: inout SeededGenerator
  ) throws {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: try fixture.publish(name, as: Name(Array(name.utf8))!)
    case 1: try fixture.publish(name, as: ["f", "g", "new"].randomElement(using: &random)!)
    case 2: try fixture.makeDirectory("empty")
    case 3: try fixture.wait { fixture.tree.sync($0) }
    case 4: try fixture.wait { fixture.tree.unlink("new", in: .root, $0) }
    default:
      let change = AheadChange.allCases.randomElement(using: &random)!
      guard [.append, .appendToNew, .unlock, .merge].contains(change) else {
        return try make(change, fixture)
      }
      // A working copy that threads share belongs to one request at a time, and the background does
      // one thing after the other.
      try lane.withLock { _ in try make(change, fixture) }
    }
  }

  private static let lane = Mutex<Void>(())

  private static func make(_ change: AheadChange, _ fixture: TreeFixture) throws {
    let made = try change.make(fixture)
    if let staging = made.staging { try fixture.close(staging) }
    try made.answer?.get()
  }
}

/// A disk whose log's flushes take their time, and one of them fails.
private final class LateFailure: Sendable {
  private let left: Mutex<Int>
  private let slowness: UInt32

  /// - Parameter slowness: how long a flush takes, in microseconds.
  init(after count: Int, slowness: UInt32) {
    left = Mutex(count)
    self.slowness = slowness
  }

  func arm(_ disk: SimulatedDisk) {
    disk.setGate { kind, path in
      if kind == .flush, case .segment = path { usleep(self.slowness) }
    }
    disk.setFailure { operation in
      guard operation.kind == .flush, case .segment? = operation.path, HeldDisk.isCommitter else {
        return nil
      }
      return self.left.withLock { left in
        left -= 1
        return left == 0 ? .ioError : nil
      }
    }
  }
}
