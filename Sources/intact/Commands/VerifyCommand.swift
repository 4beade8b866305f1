import ArgumentParser
import CommitLog
import FileTree
import LogFormat

/// `intact verify STORE`
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read a whole store and check every checksum and reference.",
    discussion: """
      Changes nothing. The store must not be mounted. Exits with 0 if everything is sound, with 1 \
      if something is damaged: then each line of the output tells a file, the range of bytes in it \
      that cannot be read, and the place in the store; or a damaged place of the store, and the \
      commits that are lost. `intact repair` saves the rest.

        intact verify /srv/store
        intact verify --json /srv/store
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let result = try verify(StoreDirectory(existing: store, mayBeDamaged: true))
    print(json ? JSON.text(of: result) + "\n" : result.text, terminator: "")
    if !result.isSound { throw ExitCode(ExitStatus.failed.rawValue) }
  }

  private func verify(_ store: StoreDirectory) throws(Problem) -> Verification {
    do {
      return try verify(OpenStore.reading(store))
    } catch  where [.badStore, .missing, .inputOutput].contains(error.status) {
      // A mount would stop there: that is the damage.
      return try salvage(store, refusal: error.reason)
    }
  }

  private func verify(_ open: OpenStore) throws(Problem) -> Verification {
    var result = Verification(store: open.path)
    result.fallback = try StoreAccess.explaining(open.path) {
      try CommitLog.checkFallback(StoreAccess.storage(open.path))
    }.map(SalvageSummary.Place.init)
    result.tornTail = open.tree.recoveryReport.tornTail.map {
      "\($0.length) bytes at \($0.position)"
    }
    let reading = Reading("verify", total: open.tree.statistics.log.liveBytes)
    result.damage = open.tree.verify(reading.note).map(Verification.Damage.init)
    result.finish(reading)
    return result
  }

  private func salvage(
    _ store: StoreDirectory, refusal: String
  ) throws(Problem) -> Verification {
    let damaged = try DamagedStore(store)
    var result = Verification(store: store.path)
    result.log = refusal
    let reading = Reading("verify", total: damaged.tree.contentBytes)
    result.salvage = SalvageSummary(damaged.tree.report, damaged.tree.losses(reading.note))
    result.finish(reading)
    return result
  }
}
