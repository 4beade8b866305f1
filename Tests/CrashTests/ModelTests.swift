import TestSupport
import Testing

/// Random calls on a tree and on the model of the contract, side by side.
@Suite struct ModelTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `a tree does what the model of the contract says`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let waitsOnClose = !seed.isMultiple(of: 4)
    let subject = try TreeSubject(
      SimulatedDisk(), durability: waitsOnClose ? .close : .fsync, segmentSize: 1 << 20)
    defer { subject.end() }
    let run = ContractRun(subject, waitsOnClose: waitsOnClose)
    for step in 0..<300 {
      let isRemount = Int.random(in: 0..<100, using: &random) == 0
      try run.take(
        isRemount
          ? .remount : .random(run.model, sizes: [300, 5000, 300_000], &random))
      if step.isMultiple(of: 5) { try run.checkPaths() }
    }
    try run.take(.remount)
    try run.checkPaths()
    try #require(subject.tree.verify { _ in }.isEmpty, "seed \(seed)")
  }
}
