import CLinux
import Glibc

/// A daemon that somebody else started, held so that its number cannot come to mean another
/// process.
final class DaemonProcess {
  private let process: pid_t
  private let descriptor: Int32

  /// `nil` if there is no such process (any more).
  init?(_ process: pid_t) {
    self.process = process
    descriptor = intact_pidfd_open(process)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Waits until the process has ended: until then it may be writing what was left.
  /// - Parameter path: the mount that it serves, for the word to a person who has to wait long.
  func wait(while path: String) {
    if ends(within: 3_000) { return }
    if StandardError.isTerminal {
      StandardError.write("intact: \(path): waiting for process \(process) to write everything\n")
    }
    _ = ends(within: -1)
  }

  private func ends(within milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let count = poll(&polled, 1, milliseconds)
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
