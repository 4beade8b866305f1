import CLinux
import Glibc

/// The process that opened a file for writing: its closes decide about the commit (C2, C3, C4).
struct Opener: Sendable {
  let thread: pid_t
  /// The thread group, which is what a user calls a process; 0 if unknown.
  let group: pid_t
  /// When it opened the file, in clock ticks since boot: whoever bears its number and started later
  /// is another process.
  let opened: UInt64

  init(_ caller: Caller) {
    thread = caller.thread
    group = Opener.group(of: caller.thread)
    opened = ProcessStatus.now()
  }

  /// It opened the file a moment ago.
  var isRecent: Bool { ProcessStatus.now() < opened + 10 }

  /// Whether a thread belongs to this process. Its number alone may have been given out again, see
  /// `opened`.
  func includes(_ thread: pid_t) -> Bool {
    guard group != 0, thread != 0 else { return false }
    return thread == self.thread || Opener.group(of: thread) == group
  }

  private static func group(of thread: pid_t) -> pid_t {
    guard thread != 0 else { return 0 }
    // Succeeds for the first thread of a group only, and is much cheaper than reading the status.
    let descriptor = intact_pidfd_open(thread)
    if descriptor >= 0 {
      close(descriptor)
      return thread
    }
    return ProcessStatus.group(of: thread)
  }
}
