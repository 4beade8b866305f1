import Glibc

/// How a process that this one started has ended.
enum ChildProcess: Equatable {
  case exited(Int32)
  case killed(signal: Int32)

  /// Waits until `process` has ended.
  static func wait(for process: pid_t) -> ChildProcess {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
  }
}
