import ArgumentParser
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
      that cannot be read, and the place in the store.

        intact verify /srv/store
        intact verify --json /srv/store
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let result = try verify(StoreDirectory(existing: store))
    print(json ? JSON.text(of: result) + "\n" : result.text, terminator: "")
    if !result.isSound { throw ExitCode(ExitStatus.failed.rawValue) }
  }

  private func verify(_ store: StoreDirectory) throws(Problem) -> Verification {
    let open: OpenStore
    do {
      open = try OpenStore.reading(store)
    } catch  where error.status == .badStore {
      // The log itself cannot be read to its end: that is the damage.
      return Verification(store: store.path, log: error.reason)
    }
    var result = Verification(store: store.path)
    let report = open.tree.recoveryReport
    result.checkpoints = report.damagedCheckpoints.map {
      Verification.DamagedCheckpoint(commit: $0.sequence.rawValue, reason: $0.reason)
    }
    result.tornTail = report.tornTail.map { "\($0.length) bytes at \($0.position)" }
    var bar = ProgressBar("verify", total: open.tree.statistics.log.liveBytes)
    result.damage = open.tree.verify { progress in
      bar.advance(to: progress.bytes)
      result.files = progress.files
      result.bytes = progress.bytes
    }.map(Verification.Damage.init)
    bar.finish()
    return result
  }
}
