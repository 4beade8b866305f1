import Glibc

/// The clock that never goes back.
enum Monotonic {
  static let second: UInt64 = 1_000_000_000

  /// Nanoseconds, to a few milliseconds: the quickest to ask.
  static func now() -> UInt64 { read(CLOCK_MONOTONIC_COARSE) }

  /// Nanoseconds.
  static func precise() -> UInt64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * second + UInt64(time.tv_nsec)
  }
}
