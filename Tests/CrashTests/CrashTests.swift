import TestSupport
import Testing

/// Power cuts in every moment, and failing disks. `intact-torture` does the same at greater length.
@Suite struct CrashTests {
  @Test(arguments: 0..<6 as Range<UInt64>)
  func `D1: after a power cut at any moment the tree is a prefix with all that was durable`(
    seed: UInt64
  ) throws {
    var sweep = CrashSweep(seed: seed)
    sweep.waitsOnClose = !seed.isMultiple(of: 3)
    print("CrashTests: seed \(seed): \(try sweep.runRandom(steps: 60)), no violation")
  }

  @Test func `D1: every operation on small files survives a power cut in every moment`() throws {
    var count = SweepCount()
    for index in 0..<ContractStep.sequenceCount(length: 1) {
      count += try CrashSweep(seed: UInt64(index)).runSequence(index, length: 1)
    }
    print("CrashTests: sequences of one operation: \(count), no violation")
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `C7, F1: a failed change is never visible, whatever call failed`(seed: UInt64) throws {
    let count = try FaultSweep(seed: seed).run()
    print("CrashTests: seed \(seed): \(count), no violation")
  }

  @Test func `F2, F3: what a disk has lost or misplaced in silence is never served as content`()
    throws
  {
    let count = try SilentFaultSweep(seed: 1).run()
    print("CrashTests: lost and misplaced writes: \(count), no violation")
  }
}
