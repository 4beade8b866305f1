import Glibc

/// The daemon's side of ``DaemonLaunch``: tells the waiting command that the mount is made, and
/// lets go of the terminal.
struct ReadySignal {
  /// `nil` in the foreground, where nobody waits.
  let descriptor: Int32?

  func send() {
    guard let descriptor else { return }
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(nowhere, STDERR_FILENO)
    close(nowhere)
    _ = chdir("/")
    var byte = UInt8(ascii: "\n")
    _ = write(descriptor, &byte, 1)
    close(descriptor)
  }
}
