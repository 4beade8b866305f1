import ArgumentParser
import TestSupport

/// Random calls on a disk that does not do what it says.
struct Lies: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Random calls, with each write to the disk lost or misplaced in turn.")

  @Option(help: "The first seed.")
  var seed = 1

  @Option(help: "How many seeds.")
  var runs = 10

  func run() throws {
    try Sweeping("lost and misplaced writes", Array(seed..<seed + runs)) { seed in
      try SilentFaultSweep(seed: UInt64(seed)).run()
    }.run(again: "lies --runs 1 --seed")
  }
}
