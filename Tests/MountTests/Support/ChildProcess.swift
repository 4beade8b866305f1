import Glibc
import Locking
import SystemPackage

/// A process that a test started, and the only kind of process that it ever ends: by its number,
/// and only while it has not been reaped.
final class ChildProcess {
  /// Where a child's standard descriptor leads.
  enum Stream {
    case null
    case file(FilePath)
    case descriptor(FileDescriptor)
  }

  let pid: pid_t
  private let ownsGroup: Bool
  private(set) var ending: Ending?

  /// Starts `arguments[0]`, which is an absolute path.
  ///
  /// - Parameters:
  ///   - directory: the child's working directory.
  ///   - ownGroup: gives it a process group of its own, which `endGroup` ends as a whole.
  init(
    _ arguments: [String], directory: FilePath, input: Stream = .null, output: Stream = .null,
    errors: Stream = .null, ownGroup: Bool = true
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in [
      (STDIN_FILENO, input), (STDOUT_FILENO, output), (STDERR_FILENO, errors),
    ] {
      Self.redirect(target, to: stream, in: &actions)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.setSignalsToDefault(&attributes, ownGroup: ownGroup)

    // env(1) changes the directory: posix_spawn's own way to do it is hidden from Swift.
    let words = ["/usr/bin/env", "--chdir=\(directory)"] + arguments
    var argv = words.map { strdup($0) } + [nil]
    var environment = Self.environment.map { strdup($0) } + [nil]
    defer { (argv + environment).forEach { free($0) } }
    var pid: pid_t = 0
    let error = Self.descriptors.withLock { _ in
      posix_spawn(&pid, words[0], &actions, &attributes, &argv, &environment)
    }
    guard error == 0 else {
      throw TestFailure("cannot start \(arguments[0]): \(Errno(rawValue: error))")
    }
    self.pid = pid
    ownsGroup = ownGroup
  }

  /// Held while a child is spawned, and while a pipe is not yet closed on `exec`: no child may
  /// inherit the pipe of another test.
  private static let descriptors = Mutex(())

  /// A pipe that no child inherits unless it is told to.
  static func pipe() throws -> (reading: FileDescriptor, writing: FileDescriptor) {
    try descriptors.withLock { _ in
      let ends = try FileDescriptor.pipe()
      _ = fcntl(ends.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
      _ = fcntl(ends.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
      return (ends.readEnd, ends.writeEnd)
    }
  }

  /// The same everywhere: plain messages, no user's shims in the path. A daemon that was built for
  /// the thread sanitizer ends at its first report.
  private static let environment = [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root",
    "TZ=UTC", "GIT_CONFIG_NOSYSTEM=1", "TSAN_OPTIONS=halt_on_error=1",
  ]

  private static func redirect(
    _ target: Int32, to stream: Stream, in actions: inout posix_spawn_file_actions_t
  ) {
    switch stream {
    case .null: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
    case .file(let path):
      let flags = O_WRONLY | O_CREAT | O_APPEND
      posix_spawn_file_actions_addopen(&actions, target, path.string, flags, 0o600)
    case .descriptor(let descriptor):
      posix_spawn_file_actions_adddup2(&actions, descriptor.rawValue, target)
    }
  }

  private static func setSignalsToDefault(_ attributes: inout posix_spawnattr_t, ownGroup: Bool) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if ownGroup { flags |= POSIX_SPAWN_SETPGROUP }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
  }

  /// Waits for the end of the process.
  ///
  /// - Throws: `TestFailure` when it still runs after `limit`; it then goes on running.
  @discardableResult
  func wait(limit: Duration) throws -> Ending {
    try waitUntil("process \(pid) ends", limit: limit) { reap() }
    return ending!
  }

  /// Whether it still runs.
  var isRunning: Bool { !reap() }

  private func reap() -> Bool {
    if ending != nil { return true }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return false }
    let signal = status & 0x7f
    ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
    return true
  }

  /// Sends a signal to the process alone, if it still runs.
  func signal(_ number: Int32) {
    if isRunning { kill(pid, number) }
  }

  /// Ends the process and what it started in its own group, and reaps it; gives up after some
  /// seconds on one that the kernel does not let go of.
  func end() {
    guard isRunning else { return }
    kill(ownsGroup ? -pid : pid, SIGKILL)
    _ = try? wait(limit: .seconds(5))
  }
}
