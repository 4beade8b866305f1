import Foundation
import SystemPackage
import Testing

/// Processes that change a mounted store in every way, each in a directory of its own and all in
/// one journal, and a checker that knows what each was told.
///
/// The processes go on until the file system fails or `stop` is called; then `check` compares what
/// is there with what may be there, and they can be started again.
final class Load {
  /// What each process does.
  enum Profile: String {
    /// A bit of everything.
    case common = "COMMON"
    /// For a disk that may fail every call.
    case failing = "FAILING"
    /// The same, and what fills a disk.
    case growing = "GROWING"
  }

  let seed: Int
  private let python: Python

  private init(_ python: Python, seed: Int) {
    self.python = python
    self.seed = seed
  }

  /// Prepares a load on what is mounted, runs `body`, and leaves no process behind.
  ///
  /// - Parameters:
  ///   - durability: the mount's option, which decides what is acknowledged as durable.
  ///   - errors: what a change may fail with, and the next be made all the same.
  static func run(
    on mounted: Mounted, writers: Int = 4, seed: Int, durability: String = "close",
    profile: Profile = .common, goingOnAfter errors: [Errno] = [], _ body: (Load) throws -> Void
  ) throws {
    // Not one of the mount's own processes: it stays when that is unmounted.
    let python = try Python(
      directory: mounted.scratch, errors: mounted.scratch.appending("load.log"),
      limit: .seconds(120))
    defer { python.close() }
    try python.run(LoadProgram.text)
    let codes = errors.map { "\($0.rawValue)," }.joined()
    try python.run(
      """
      load = Load('\(mounted.point)', \(writers), \(seed), '\(durability)', \(profile.rawValue), \
      (\(codes)))
      """)
    try body(Load(python, seed: seed))
  }

  /// Starts the processes.
  ///
  /// - Parameters:
  ///   - changes: how many each makes at most.
  ///   - mayFail: they may meet errors from the beginning.
  func start(changes: Int? = nil, mayFail: Bool = false) throws {
    try python.run("failing_from = \(mayFail ? "0" : "1 << 62")")
    try python.run("load.start(\(changes.map(String.init) ?? "None"))")
  }

  /// To be called before the file system is made to fail: no process may have met an error earlier.
  func expectFailures() throws { try python.run("failing_from = time.monotonic_ns()") }

  /// Waits until the processes have met an error, or made their changes.
  func wait() throws {
    try python.run("load.wait()")
    #expect(try python.run("[f for f in load.failures() if f[1] < failing_from]") == "[]")
  }

  /// Lets the processes end after the change that each is at.
  func stop() throws {
    try python.run("load.stop()")
    #expect(try python.run("load.failures()") == "[]")
  }

  /// The changes that were made before a check, and those that were refused.
  var acknowledged: Int { get throws { try number("load.acknowledged") } }
  var refused: Int { get throws { try number("load.refused") } }

  private func number(_ code: String) throws -> Int { Int(try python.run(code)) ?? -1 }

  // MARK: Checks

  /// Checks what is there after a failure, and goes on from it.
  ///
  /// - Parameter everything: all that was acknowledged must be there, durable or not.
  func check(everything: Bool = false) throws {
    try python.run("check(load, \(everything ? "load.issued()" : "load.bounds()"))")
  }

  /// Remembers as `name` what is acknowledged now.
  func note(_ name: String) throws {
    try python.run("\(name) = load.bounds(), load.issued()")
  }

  /// Checks what is there at `top`: at least what had been acknowledged as of the note `low`, and
  /// nothing that was not begun as of the note `high`.
  func check(_ top: FilePath, from low: String, to high: String) throws {
    try python.run("check(load, \(low)[0], \(high)[1], '\(top)')")
  }

  /// Checks whether these numbers of changes can be there at the same time.
  func checkOrder(_ found: [Int: Int]) throws {
    let pairs = found.map { "\($0): (\($1), \($1))" }.joined(separator: ", ")
    try python.run(
      "Checker(load, load.top, load.bounds(), load.issued()).check_order({\(pairs)})")
  }
}

extension Load {
  /// A number that the environment sets, for longer runs.
  static func count(_ variable: String, default count: Int) -> Int {
    Setting.number(variable) ?? count
  }

  static func randomSeed() -> Int { .random(in: 1...100_000) }
}

extension Int {
  /// With commas between the thousands.
  var inGroups: String {
    var digits = String(self)
    var end = digits.count - 3
    while end > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
      end -= 3
    }
    return digits
  }
}
