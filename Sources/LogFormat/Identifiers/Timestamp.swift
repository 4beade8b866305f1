import Glibc

/// A moment since 1970 in UTC, with the nanoseconds always counted forward from the second.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Seconds since 1970; negative before.
  public let seconds: Int64
  /// 0 to 999,999,999.
  public let nanoseconds: UInt32

  /// - Precondition: `nanoseconds` is below one second.
  public init(seconds: Int64, nanoseconds: UInt32) {
    precondition(nanoseconds < 1_000_000_000)
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The present moment of the system's clock.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}
