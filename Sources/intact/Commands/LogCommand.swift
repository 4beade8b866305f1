import ArgumentParser
import CommitLog

/// `intact log STORE`
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List a store's commits, newest last.",
    discussion: """
      Each line has a commit's number, its time (UTC) and what it changed. The list goes back to \
      the last checkpoint: what came before it is kept as a state, not as commits. The store must \
      not be mounted.

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
    var history = CommitHistory(limit: number)
    try StoreAccess.explaining(store.path) {
      let log = try CommitLog.open(
        StoreAccess.storage(store.path), readOnly: true, recovery: &history)
      try log.close()
    }
    if json {
      print(JSON.text(of: Array(history.commits)))
    } else {
      for commit in history.commits { print(commit.line, terminator: "") }
    }
    withExtendedLifetime(lock) {}
  }
}
