import Glibc

/// Waits until `condition` holds, looking again every few milliseconds; what takes no time is not
/// waited for.
///
/// - Parameters:
///   - what: names the condition in the failure.
///   - limit: how long it may take.
/// - Throws: `TestFailure` when the limit is over, and whatever `condition` throws.
func waitUntil(
  _ what: @autoclosure () -> String, limit: Duration = .seconds(20),
  holds condition: () throws -> Bool
) throws {
  let deadline = Deadline(in: limit)
  var pause: UInt32 = 500
  while try !condition() {
    guard !deadline.isOver else { throw TestFailure("not within \(limit): \(what())") }
    usleep(pause)
    pause = min(pause * 2, 10_000)
  }
}
