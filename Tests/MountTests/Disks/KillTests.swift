import Glibc
import TestSupport
import Testing

/// The daemon is killed again and again under a load, and as often while it is recovering (D1, D2).
///
/// `INTACT_KILLS` is how many kills there are in all, `INTACT_SEED` a seed to run by itself.
@Suite(.serialized) struct KillTests {
  @Test(
    "D1, D2, C8: after kill -9 of the daemon all that was acknowledged is there, nothing torn",
    arguments: ["close", "fsync"])
  func killed(durability: String) throws {
    let seed = Load.count("INTACT_SEED", default: Load.randomSeed())
    let kills = (Load.count("INTACT_KILLS", default: 30) + 1) / 2
    print("KillTests: seed \(seed), durability=\(durability)")
    var generator = SeededGenerator(seed: UInt64(seed))
    var checkpoints: Set<String> = []
    let limit = Duration.seconds(120 + 10 * kills)
    try Mounted.run(options: ["durability=\(durability)"], limit: limit) { mounted in
      try Load.run(on: mounted, seed: seed, durability: durability) { load in
        for kill in 1...kills {
          try load.start()
          usleep(.random(in: 50_000...1_500_000, using: &generator))
          try load.expectFailures()
          try mounted.killDaemon()
          try load.wait()
          checkpoints.formUnion(try mounted.storeFiles("checkpoint"))
          if kill % 3 == 0 {
            try mounted.killWhileMounting(after: .random(in: 0...400_000, using: &generator))
          }
          try mounted.mount()
          try load.check()
        }
        print(
          """
          KillTests: seed \(seed), durability=\(durability), \(kills) kills, \
          \(kills / 3) more during recovery, \(checkpoints.count) checkpoints, \
          \(try load.acknowledged.inGroups) acknowledged changes, no violation
          """)
      }
    }
  }
}
