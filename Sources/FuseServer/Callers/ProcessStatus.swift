import CLinux
import Glibc

/// What `/proc/PID/stat` says of a process that closes a file; proc(5) numbers the fields.
struct ProcessStatus {
  /// The process is on its way out, and this close is the kernel's.
  let isExiting: Bool
  /// A signal ends it (C4): not an exit of its own.
  let isKilled: Bool
  /// When it started, in clock ticks since boot.
  let started: UInt64

  /// Nil if the process cannot be seen.
  init?(_ process: pid_t) {
    let status: ProcessStatus? = ProcessStatus.withFile(process, "stat") { text in
      // The second field is the program's name in parentheses, with whatever bytes it has.
      guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
      return ProcessStatus(fields: text[(end + 1)...])
    }
    guard let status else { return nil }
    self = status
  }

  private init?(fields text: Slice<UnsafeRawBufferPointer>) {
    var (flags, started, exitCode) = (UInt64(0), UInt64(0), UInt64(0))
    // The space after the name precedes field 3.
    var field = 2
    for byte in text {
      if byte == UInt8(ascii: " ") {
        field += 1
      } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        let digit = UInt64(byte - UInt8(ascii: "0"))
        switch field {
        case 9: flags = flags &* 10 &+ digit
        case 22: started = started &* 10 &+ digit
        case 52: exitCode = exitCode &* 10 &+ digit
        default: break
        }
      }
    }
    guard field >= 52 else { return nil }
    // PF_EXITING. PF_SIGNALED is of no use: a multi-threaded exit sets it too.
    isExiting = flags & 4 != 0
    isKilled = isExiting && exitCode & 0x7f != 0
    self.started = started
  }

  /// The present time on the clock of `started`.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return UInt64(time.tv_sec) * 100 + UInt64(time.tv_nsec) / 10_000_000
  }

  /// The thread group of a thread; 0 if it cannot be seen.
  static func group(of thread: pid_t) -> pid_t {
    withFile(thread, "status") { text in
      Field.number(named: "\nTgid:\t", in: text, base: 10).map { pid_t(truncatingIfNeeded: $0) }
    } ?? 0
  }

  /// Lends the content of a small file of `/proc/PID`.
  static func withFile<R>(
    _ process: pid_t, _ name: StaticString, _ body: (UnsafeRawBufferPointer) -> R?
  ) -> R? {
    let file = name.withUTF8Buffer { name in
      name.withMemoryRebound(to: CChar.self) { intact_open_process_file(process, $0.baseAddress!) }
    }
    return Field.withContent(of: file, body)
  }
}
