import TestSupport
import Testing

/// Without these one could not tell a sweep that proves something from one that looks away.
@Suite struct PlantedFaultTests {
  @Test(arguments: PlantedFault.Mistake.allCases)
  func `the sweep finds a mistake of the commit path`(mistake: PlantedFault.Mistake) throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var sweep = CrashSweep(seed: seed)
      sweep.outcomes = 6
      sweep.storage = { PlantedFault(mistake, before: $0) }
      do {
        _ = try sweep.runRandom(steps: 60)
      } catch {
        print("PlantedFaultTests: \(mistake.rawValue) is found by seed \(seed)")
        return
      }
    }
    Issue.record("nothing has found that the log \(mistake.rawValue)")
  }

  /// The same, with nothing planted, finds nothing: what was found above was the mistake.
  @Test func `the sweep finds nothing where no mistake is planted`() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      _ = try CrashSweep(seed: seed).runRandom(steps: 60)
    }
  }
}
