import ArgumentParser
import Glibc

/// Feeds hostile bytes to whatever reads a store.
@main struct IntactFuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intact-fuzz",
    abstract: "Feeds hostile bytes to whatever reads a store.",
    discussion: """
      An input is made from the seed and its number alone. One that crashes, hangs or takes too \
      much memory ends the program, which says how to have that input again.
      """)

  @Option(help: "What the inputs are made from.") var seed: UInt64 = 1
  @Option(help: "How many inputs.") var inputs: UInt64 = 1_000_000
  @Option(help: "The number of one input, to have it alone.") var only: UInt64?

  @Option(help: ArgumentHelp("Break a limit, to see that it holds.", visibility: .hidden))
  var breach: Breach?

  func run() throws {
    Guard.begin(seed: seed)
    let numbers = only.map { $0..<$0 + 1 } ?? 0..<inputs
    var tally = Tally()
    for number in numbers {
      Guard.enter(number)
      do {
        try breach?.happen()
        try tally.run(Input(seed: seed, number: number))
      } catch {
        Guard.report()
        throw error
      }
    }
    Guard.end()
    print(tally)
    print("intact-fuzz: seed \(seed), \(numbers.count) inputs, \(Guard.peakMiB) MiB at most")
  }
}
