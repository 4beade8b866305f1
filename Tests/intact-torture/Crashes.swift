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

  @Option(help: "How many calls a life has.")
  var steps = 60

  @Option(help: "How many lives a run has: after one of the cuts it goes on.")
  var lives = 3

  @Flag(help: "Larger contents, which fill the log sooner: more compaction and recycling.")
  var large = false

  func run() throws {
    let sizes = large ? [6000, 100_000, 200_000] : [300, 300, 6000, 6000, 300_000]
    let options = "\(large ? "--large " : "")--steps \(steps) --lives \(lives)"
    try Sweeping("random runs", Array(seed..<seed + runs)) { seed in
      var sweep = CrashSweep(seed: UInt64(seed))
      sweep.waitsOnClose = !seed.isMultiple(of: 3)
      return try sweep.runRandom(steps: steps, lives: lives, sizes: sizes)
    }.run(again: "crashes \(options) --runs 1 --seed")
  }
}
