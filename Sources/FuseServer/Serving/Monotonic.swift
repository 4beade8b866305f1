import Glibc

/// The clock that never goes back, to a few milliseconds.
enum Monotonic {
  static let second: UInt64 = 1_000_000_000

  /// Nanoseconds.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return UInt64(time.tv_sec) * second + UInt64(time.tv_nsec)
  }
}
