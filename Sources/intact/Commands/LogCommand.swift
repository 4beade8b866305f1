import ArgumentParser
import CommitLog

/// `intact log STORE`
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List a store's commits, newest last.",
    discussion: """
      Each line has a commit's number, its time (UTC) and what it changed. The list goes back as \
      far as the log has not been recycled; older commits live on in their result. A file whose \
      name has gone is called by its number. The store must not be mounted.

        intact log -n 20 /srv/store
        intact log --json /srv/store
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String

  @Option(name: [.customShort("n"), .long], help: "Show the newest so many only.")
  var number: Int?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let number, number < 0 { throw ValidationError("-n takes a number from 0 on") }
  }

  func run() throws {
    let store = try StoreDirectory(existing: store)
    let lock = try StoreAccess.lockForReading(store)
    let history = try history(of: store)
    if json {
      print(JSON.text(of: Array(history.commits)))
    } else {
      for commit in history.commits { print(commit.line, terminator: "") }
    }
    withExtendedLifetime(lock) {}
  }

  private func history(of store: StoreDirectory) throws(Problem) -> CommitHistory {
    var history = CommitHistory(limit: number)
    do {
      try StoreAccess.explaining(store.path) {
        try CommitLog.readHistory(StoreAccess.storage(store.path), into: &history)
      }
    } catch  where error.status == .badStore {
      // What is damaged may lie before the checkpoint, where nothing depends on it.
      history = CommitHistory(limit: number)
      try StoreAccess.explaining(store.path) {
        _ = try CommitLog.open(
          StoreAccess.storage(store.path), readOnly: true, recovery: &history)
      }
      StandardError.write(
        "intact: \(printable(store.path)): \(error.reason); what is shown is after it\n")
    }
    return history
  }
}
