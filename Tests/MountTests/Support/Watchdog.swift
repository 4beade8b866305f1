import Dispatch
import Glibc
import Locking

/// Ends a daemon that a test waits for in vain: everything that hangs on its mount, the test's own
/// process among it, then gets an error instead of waiting for ever.
final class Watchdog: Sendable {
  private struct State {
    var daemon: pid_t?
    var hasBitten = false
    var isOff = false
  }

  private let state = Mutex(State())

  init(limit: Duration) {
    let milliseconds = Int(Deadline(in: limit).milliseconds)
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      [weak self] in
      self?.bite()
    }
  }

  /// The daemon to end, as long as it has not been reaped.
  func watch(_ daemon: pid_t?) { state.withLock { $0.daemon = daemon } }

  /// Takes back the limit.
  ///
  /// - Returns: whether it was too late.
  func callOff() -> Bool {
    state.withLock { state in
      state.isOff = true
      return state.hasBitten
    }
  }

  private func bite() {
    state.withLock { state in
      guard !state.isOff else { return }
      state.hasBitten = true
      if let daemon = state.daemon { kill(daemon, SIGKILL) }
    }
  }
}
