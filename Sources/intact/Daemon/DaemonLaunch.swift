import CLinux
import Glibc
import SystemPackage

/// Starts the daemon behind a mount: this same program with `--foreground`, in a session of its
/// own. It is spawned, not forked: a forked copy of a program with threads may only call exec.
struct DaemonLaunch {
  /// The descriptor on which the daemon writes one byte when the mount is made.
  static let readyDescriptor: Int32 = 3

  let mountPoint: String
  /// What follows the program's name.
  let arguments: [String]

  /// Returns when the mount answers.
  /// - Throws: a ``Problem`` if no daemon could be started; the daemon's own exit status if it has
  ///   said itself, on standard error, why it cannot mount.
  func run() throws {
    let (reading, process) = try spawn()
    var byte: UInt8 = 0
    var count = read(reading, &byte, 1)
    while count < 0 && errno == EINTR { count = read(reading, &byte, 1) }
    close(reading)
    // The mount is there; the first answer shows that the daemon serves it.
    var status = statvfs()
    if count == 1, statvfs(mountPoint, &status) == 0 { return }
    switch ChildProcess.wait(for: process) {
    case .exited(let status) where status != 0: throw DaemonExit(status: status)
    case .exited:
      throw Problem(mountPoint, "was unmounted before it could be used", status: .failed)
    case .killed(let signal):
      throw Problem(
        mountPoint, "the daemon was killed by signal \(signal)",
        remedy: "`intact mount --foreground` shows what it says", status: .failed)
    }
  }

  private func spawn() throws(Problem) -> (reading: Int32, process: pid_t) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Problem(mountPoint, doing: "make a pipe", .current) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    let program = DaemonLaunch.program
    var words: [UnsafeMutablePointer<CChar>?] = (["intact"] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let error = intact_spawn_daemon(program, &words, ends[1], &process)
    close(ends[1])
    guard error == 0 else {
      close(ends[0])
      throw Problem(program, doing: "start the daemon", Errno(rawValue: error))
    }
    return (ends[0], process)
  }

  /// This program's file, by its own name where it still has one (it shows in `ps`).
  private static var program: String {
    let link = "/proc/self/exe"
    guard let resolved = realpath(link, nil) else { return link }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// The daemon ended with this status, and has said why.
struct DaemonExit: Error {
  let status: Int32
}
