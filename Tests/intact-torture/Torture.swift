import ArgumentParser

/// `intact-torture`: the sweeps of the tests, for as long as one likes.
@main struct Torture: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intact-torture",
    abstract: "Hold the tree and its log against the contract under power cuts and failing disks.",
    discussion: """
      Everything happens in memory, on a disk that loses its power or fails on demand, and is the \
      same again for the same seed. Ends with 1 at the first promise that was not kept, and says \
      how to have it again.

        intact-torture sequences --length 2    every sequence of two operations, cut everywhere
        intact-torture crashes --runs 1000     random calls, cut everywhere
        intact-torture faults --runs 50        random calls, each call to the disk failing in turn
        intact-torture lies --runs 50          random calls, each write lost or misplaced in turn
      """,
    subcommands: [Sequences.self, Crashes.self, Faults.self, Lies.self])
}
