import Glibc
import struct Synchronization.Atomic

/// Counts the requests that wait for their answer, so that the connection is not closed under them.
final class Outstanding: Sendable {
  private let count = Atomic<Int>(0)

  func begin() { count.add(1, ordering: .relaxed) }
  func end() { count.subtract(1, ordering: .releasing) }

  /// Waits until every request is answered. False if that takes longer than `seconds`.
  func waitUntilNone(atMost seconds: Int) -> Bool {
    // Runs once, at the end, so asking now and then is good enough.
    for _ in 0..<(seconds * 1000) {
      if count.load(ordering: .acquiring) == 0 { return true }
      usleep(1000)
    }
    return count.load(ordering: .acquiring) == 0
  }
}
