import Glibc
import SystemPackage

/// A directory as a disk that fails on demand shows it: a file system of the tests' own, served by
/// the program `FailingDisk`.
final class FailingDisk {
  /// When a call fails that is to fail.
  enum Moment: String, CaseIterable, Sendable {
    /// It is not carried out.
    case before
    /// It is carried out, and said to have failed.
    case after
    /// A write is carried out in part.
    case half
    /// It waits for the next rules, and goes by those.
    case held
  }

  /// Which calls fail, and how.
  struct Rule: Sendable, CustomStringConvertible {
    /// As in rules of the program: `write`, `fsync`, `read`, `create`, `rename`…
    var call: String
    /// Of the file's path below the directory.
    var pattern: String
    /// How many calls pass first.
    var skip = 0
    /// How many fail then; all from there on, if it isn't given.
    var times: Int?
    var error = Errno.ioError
    var moment = Moment.before

    var description: String {
      "\(call) \(pattern) \(skip) \(times ?? -1) \(error.rawValue) \(moment.rawValue)"
    }
  }

  /// Where the directory shows.
  let point: FilePath
  private let source: FilePath
  private let shell: Shell
  private var server: ChildProcess?

  private init(over source: FilePath, in directory: FilePath) {
    self.source = source
    point = directory.appending("failing")
    shell = Shell(directory: directory, scratch: directory)
  }

  /// Shows what is at `source`, runs `body`, and leaves nothing behind.
  static func run(over source: FilePath, _ body: (FailingDisk) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let disk = FailingDisk(over: source, in: directory.path)
    try disk.shell.run("mkdir failing").require()
    defer { disk.cleanUp() }
    try disk.plugIn()
    try body(disk)
    try disk.pullOut()
  }

  /// Makes it show again what `pullOut` has hidden; nothing fails.
  func plugIn() throws {
    let log = shell.directory.appending("failing.log")
    let server = try ChildProcess(
      [Executable.directory.appending("FailingDisk").string, source.string, point.string],
      directory: "/", output: .file(log), errors: .file(log), ownGroup: false)
    self.server = server
    try waitUntil("the failing disk is there") {
      guard server.isRunning else { throw TestFailure("its server ended: \(server.ending!)") }
      return MountTable.type(at: point) != nil
    }
  }

  /// Hides everything; nothing on it may be open.
  func pullOut() throws {
    try shell.run("umount failing").require()
    try server?.wait(limit: .seconds(20))
    server = nil
  }

  private func cleanUp() {
    if MountTable.type(at: point) != nil { umount2(point.string, Int32(MNT_DETACH)) }
    server?.end()
  }

  /// Calls fail by these rules from now on, and by no earlier ones.
  func fail(_ rules: Rule...) throws {
    let text = rules.map(\.description).joined(separator: "\n")
    try shell.run("setfattr -n user.rules -v '\(text)' failing").require()
  }

  /// No call fails any more.
  func heal() throws { try fail() }

  /// No call fails any more. Answers how many have.
  func countAndHeal() throws -> Int {
    let count = try failures
    try heal()
    return count
  }

  /// How many calls have failed since `fail`.
  var failures: Int {
    get throws {
      let report = try shell.run("getfattr -n user.seen --only-values failing").require().text
      return report.split(separator: "\n").reduce(0) {
        $0 + (Int($1.split(separator: " ").last ?? "") ?? 0)
      }
    }
  }
}
