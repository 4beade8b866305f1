import Glibc
import LogFormat

extension Timestamp {
  /// UTC to the millisecond: `2026-11-23T05:31:12.345Z`.
  var iso8601: String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), 2) }
    return date.map { Self.padded($0, 2) }.joined(separator: "-") + "T"
      + clock.joined(separator: ":") + "." + Self.padded(Int(nanoseconds) / 1_000_000, 3) + "Z"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
