import ArgumentParser
import TestSupport

/// Random calls on a disk that fails.
struct Faults: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Random calls, with each call to the disk failing in turn.")

  @Option(help: "The first seed.")
  var seed = 1

  @Option(help: "How many seeds.")
  var runs = 4

  @Option(help: "Lets every so-many-th call fail only.")
  var every = 1

  func run() throws {
    try Sweeping("failing calls", Array(seed..<seed + runs)) { seed in
      try FaultSweep(seed: UInt64(seed)).run(every: every)
    }.run(again: "faults --runs 1 --seed")
  }
}
