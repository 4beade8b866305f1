import ArgumentParser
import TestSupport

/// Random calls under power cuts.
struct Crashes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Random calls, cut in every moment.")

  @Option(help: "The first seed.")
  var seed = 1

  @Option(help: "How many runs, each with a seed of its own.")
  var runs = 100

  @Option(help: "How many calls a run makes.")
  var steps = 60

  func run() throws {
    try Sweeping("random runs", Array(seed..<seed + runs)) { seed in
      var sweep = CrashSweep(seed: UInt64(seed))
      sweep.waitsOnClose = !seed.isMultiple(of: 3)
      return try sweep.runRandom(steps: steps)
    }.run(again: "crashes --steps \(steps) --runs 1 --seed")
  }
}
