import ArgumentParser
import TestSupport

/// Bounded-exhaustive sequences.
struct Sequences: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Every sequence of operations from a small alphabet, cut in every moment.")

  @Option(help: "How many operations a sequence has: 1 to 3, more take days.")
  var length = 2

  @Option(help: "Takes every so-many-th sequence only.")
  var every = 1

  @Option(help: "Takes one sequence only, by its number.")
  var only: Int?

  func run() throws {
    let all = ContractStep.sequenceCount(length: length)
    let indices = only.map { [$0] } ?? Array(stride(from: 0, to: all, by: every))
    try Sweeping("sequences of \(length)", indices) { index in
      try CrashSweep(seed: UInt64(index)).runSequence(index, length: length)
    }.run(again: "sequences --length \(length) --only")
  }
}
