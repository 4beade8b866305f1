import Glibc
import SystemPackage
import Testing

/// A store and its mount, served by the real program in a process of its own, for one test.
///
/// `Mounted.run` is the only way to get one. When the test's body is over, whatever became of it,
/// the store is unmounted and must pass `intact verify`; nothing stays behind.
final class Mounted {
  let store: FilePath
  let point: FilePath
  /// A directory outside the mount, for what tests note down.
  let scratch: FilePath
  /// `false` for a test that has damaged its store.
  var mustVerify = true
  private(set) var daemon: ChildProcess?
  private let options: [String]
  private let watchdog: Watchdog
  private var pythons: [Python] = []
  private var children: [ChildProcess] = []

  private init(in directory: FilePath, store: FilePath, options: [String], watchdog: Watchdog)
    throws
  {
    self.store = store
    self.options = options
    self.watchdog = watchdog
    point = directory.appending("mount")
    scratch = directory.appending("scratch")
    for path in [point, scratch] {
      guard mkdir(path.string, 0o755) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// Makes a store, mounts it, runs `body`, and leaves nothing behind.
  ///
  /// - Parameters:
  ///   - options: for `-o`.
  ///   - store: where the store is to be; in a temporary directory if it isn't given.
  ///   - limit: how long all of it may take. The daemon is killed then, so that nothing hangs.
  static func run(
    options: [String] = [], store: FilePath? = nil, limit: Duration = .seconds(120),
    _ body: (Mounted) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let watchdog = Watchdog(limit: limit)
    let mounted = try Mounted(
      in: directory.path, store: store ?? directory.path.appending("store"), options: options,
      watchdog: watchdog)
    do {
      defer { mounted.cleanUp() }
      do {
        try mounted.mount()
        try body(mounted)
        try mounted.finish()
      } catch {
        if watchdog.callOff() { throw TestFailure("killed after \(limit), then: \(error)") }
        throw TestFailure("\(error)\(mounted.log)")
      }
      #expect(!watchdog.callOff(), "killed after \(limit)")
    }
  }

  // MARK: The daemon

  /// Starts the daemon and waits until the mount answers.
  func mount() throws {
    let daemon = try startDaemon()
    try waitUntil("mount at \(point) by process \(daemon.pid)") {
      guard daemon.isRunning else { throw TestFailure("the daemon ended: \(daemon.ending!)") }
      return isAnswering
    }
  }

  /// Whether a file system answers at the mount point: not the directory below it, and not a mount
  /// whose daemon has died, of which the kernel remembers the attributes.
  private var isAnswering: Bool {
    var space = statvfs()
    var (root, below) = (stat(), stat())
    return statvfs(point.string, &space) == 0 && stat(point.string, &root) == 0
      && stat(point.removingLastComponent().string, &below) == 0 && root.st_dev != below.st_dev
  }

  /// Starts the daemon, which must refuse to mount and end; what it says is in `log`.
  func failToMount() throws -> Ending {
    let ending = try startDaemon().wait(limit: .seconds(20))
    forgetDaemon()
    return ending
  }

  /// Starts the daemon where it may fail, and waits until the mount answers or the daemon has
  /// ended.
  ///
  /// - Returns: how it ended; nil if it has mounted.
  func tryToMount() throws -> Ending? {
    let daemon = try startDaemon()
    try waitUntil("mounted or ended") { !daemon.isRunning || isAnswering }
    if let ending = daemon.ending { forgetDaemon(); return ending }
    return nil
  }

  /// Starts `intact mount --foreground` and returns at once.
  private func startDaemon() throws -> ChildProcess {
    let words = options.isEmpty ? [] : ["-o", options.joined(separator: ",")]
    // A process group of its own would let a daemon live on after Ctrl-C on the tests.
    let daemon = try ChildProcess(
      [Executable.intact.string, "mount", "--foreground"] + words + [store.string, point.string],
      directory: "/", output: .file(scratch.appending("daemon.log")),
      errors: .file(scratch.appending("daemon.log")), ownGroup: false)
    self.daemon = daemon
    watchdog.watch(daemon.pid)
    return daemon
  }

  /// Unmounts with `intact unmount` and waits for the end of the daemon, which must be a good one.
  func unmount() throws {
    endPythons()
    try intact("unmount \(point)").require()
    let ending = try daemon?.wait(limit: .seconds(20))
    forgetDaemon()
    guard ending == .exited(0) else { throw TestFailure("the daemon ended: \(ending as Any)") }
  }

  /// Unmounts a store whose disk has failed.
  ///
  /// - Returns: how the daemon ended.
  func unmountFailed() throws -> Ending {
    endPythons()
    try intact("unmount \(point)").require()
    let ending = try daemon!.wait(limit: .seconds(20))
    forgetDaemon()
    return ending
  }

  /// Unmounts, as a person does, and mounts the same store again.
  func remount() throws {
    try unmount()
    try mount()
  }

  /// Kills the daemon as a crash does, and waits until it is gone. The dead mount stays, and is for
  /// the next `mount` to clean up.
  func killDaemon() throws {
    guard let daemon else { throw TestFailure("no daemon runs") }
    daemon.signal(SIGKILL)
    let ending = try daemon.wait(limit: .seconds(20))
    forgetDaemon()
    guard ending == .killed(SIGKILL) else { throw TestFailure("the daemon ended: \(ending)") }
  }

  /// Starts the daemon and kills it while it mounts, or when it has just done so.
  func killWhileMounting(after microseconds: UInt32) throws {
    _ = try startDaemon()
    usleep(microseconds)
    try killDaemon()
  }

  /// Kills the daemon, and mounts the store again.
  func crash() throws {
    try killDaemon()
    try mount()
  }

  private func forgetDaemon() {
    watchdog.watch(nil)
    daemon = nil
  }

  // MARK: Programs

  /// Runs a command of `bash` in the mount point.
  func shell(_ script: String, limit: Duration = .seconds(30)) throws -> ShellResult {
    try Shell(directory: point, scratch: scratch).run(script, limit: limit)
  }

  /// Starts a command of `bash` in the mount point; it is ended with the test.
  func start(_ script: String) throws -> ChildProcess {
    let child = try Shell(directory: point, scratch: scratch).start(
      script, output: .file(scratch.appending("started.log")),
      errors: .file(scratch.appending("started.log")))
    children.append(child)
    return child
  }

  /// Runs the `intact` command from outside the mount.
  func intact(_ words: String, limit: Duration = .seconds(60)) throws -> ShellResult {
    try Shell(directory: "/", scratch: scratch).run("\(Executable.intact) \(words)", limit: limit)
  }

  /// A Python process that works in the mount point, or in another directory; it is ended with the
  /// test, or by `unmount`.
  func python(in directory: FilePath? = nil, limit: Duration = .seconds(30)) throws -> Python {
    let python = try Python(
      directory: directory ?? point, errors: scratch.appending("python.log"), limit: limit)
    pythons.append(python)
    return python
  }

  /// What the daemon says of itself.
  func status() throws -> StatusReport {
    let report = try intact("status --json \(point)")
    try report.require()
    return try StatusReport(report.output)
  }

  /// The names in a directory of the store.
  func storeFiles(_ directory: String) throws -> [String] {
    let list = try Shell(directory: store, scratch: scratch).run("ls -A \(directory)").require()
    return list.text.split(separator: "\n").map(String.init)
  }

  /// What the daemon has written so far.
  var log: String {
    let text = try? Shell(directory: "/", scratch: scratch).run(
      "tail -n 60 \(scratch)/*.log", limit: .seconds(5)
    ).text
    return text.map { "\n\($0)" } ?? ""
  }

  // MARK: The end

  private func finish() throws {
    endPythons()
    if daemon != nil {
      try expectNothingLeft()
      try unmount()
    }
    guard mustVerify else { return }
    let report = try intact("verify \(store)")
    #expect(report.ending == .exited(0), "intact verify: \(report)")
  }

  /// The programs are gone, so their descriptors and the names that they were creating must be,
  /// too.
  private func expectNothingLeft() throws {
    try waitUntil("every handle and every pending name is gone", limit: .seconds(5)) {
      let status = try status()
      return status.openHandles == 0 && status.pendingNames == 0
    }
  }

  private func endPythons() {
    pythons.forEach { $0.close() }
    pythons = []
    children.forEach { $0.end() }
    children = []
  }

  private func cleanUp() {
    endPythons()
    // A last resort: after a test that passed nothing is mounted any more.
    var rounds = 0
    while MountTable.type(at: point) != nil, rounds < 4 {
      umount2(point.string, Int32(MNT_DETACH))
      rounds += 1
    }
    daemon?.end()
    forgetDaemon()
  }
}
