import TestSupport
import Testing

/// Power cuts in every moment. `intact-torture` does the same at greater length.
@Suite struct CrashTests {
  @Test(arguments: 0..<6 as Range<UInt64>)
  func `D1: after a power cut at any moment the tree is a prefix with all that was durable`(
    seed: UInt64
  ) throws {
    var sweep = CrashSweep(seed: seed)
    sweep.waitsOnClose = !seed.isMultiple(of: 3)
    let clock = ContinuousClock()
    let start = clock.now
    let count = try sweep.runRandom(steps: 60)
    print("CrashTests: seed \(seed), \(count) \(clock.now - start)")
  }
}
