import Glibc

/// Holds each input to its limits, and says which input it was that broke one.
enum Guard {
  /// Seconds that one input may take; all but a few take less than a thousandth.
  private static let seconds: UInt32 = 5
  /// Bytes of memory that the program may take: far more than any store that is made here weighs.
  private static let memoryMax = 384 << 20

  /// What is written when an input breaks a limit; the input's number stands at its end.
  nonisolated(unsafe) private static var message: UnsafeMutableRawBufferPointer = .allocate(
    byteCount: 256, alignment: 1)
  nonisolated(unsafe) private static var length = 0
  private static let digits = 20

  /// Sets the limits for the process.
  static func begin(seed: UInt64) {
    let words = "\nintact-fuzz: failed; once more: intact-fuzz --seed \(seed) --only "
    message.copyBytes(from: words.utf8)
    length = words.utf8.count
    var limit = rlimit(rlim_cur: rlim_t(memoryMax), rlim_max: rlim_t(memoryMax))
    precondition(setrlimit(__rlimit_resource_t(2), &limit) == 0, "RLIMIT_DATA cannot be set")
    // Whoever started the program may have blocked the signals that end it.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    // A stack that has overflowed has no room for a handler.
    var stack = stack_t()
    stack.ss_size = 1 << 16
    stack.ss_sp = .allocate(byteCount: stack.ss_size, alignment: 16)
    sigaltstack(&stack, nil)
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGALRM, SIGFPE] {
      var action = sigaction()
      action.sa_flags = Int32(SA_ONSTACK) | Int32(bitPattern: UInt32(SA_RESETHAND))
      action.__sigaction_handler.sa_handler = { signal in
        Guard.report()
        raise(signal)
      }
      sigaction(signal, &action, nil)
    }
  }

  /// The limits are this input's from now on.
  static func enter(_ number: UInt64) {
    var rest = number
    for index in (0..<digits).reversed() {
      message[length + index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    message[length + digits] = UInt8(ascii: "\n")
    alarm(seconds)
  }

  /// Says which input it is.
  static func report() { write(STDERR_FILENO, message.baseAddress!, length + digits + 1) }

  static func end() { alarm(0) }

  /// The most memory that the program has had so far.
  static var peakMiB: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss >> 10
  }
}
