import Foundation
import Locking

/// Threads that do the same at the same time.
enum Crew {
  /// What the members did together.
  struct Result {
    /// Seconds that each operation took.
    var latencies: [Double] = []
    var seconds: Double = 0

    /// Operations a second.
    var rate: Double { Double(latencies.count) / seconds }
  }

  /// Has each of `count` members repeat its work for a while.
  /// - Parameters:
  ///   - seconds: how long.
  ///   - prepare: makes the work of one member, by its number; the work is told which round it is.
  /// - Throws: the first error of any.
  static func work(
    _ count: Int, seconds: Double, _ prepare: (Int) throws -> (Int) throws -> Void
  ) throws -> Result {
    let done = Mutex((latencies: [Double](), error: (any Error)?.none))
    let group = DispatchGroup()
    let works = try (0..<count).map { Work(perform: try prepare($0)) }
    let watch = Stopwatch()
    for work in works {
      group.enter()
      let thread = Thread {
        let outcome = Swift.Result { try repeated(work.perform, seconds: seconds) }
        done.withLock { done in
          switch outcome {
          case .success(let latencies): done.latencies += latencies
          case .failure(let error): done.error = done.error ?? error
          }
        }
        group.leave()
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    group.wait()
    let seconds = watch.seconds
    return try done.withLock { done in
      if let error = done.error { throw error }
      return Result(latencies: done.latencies, seconds: seconds)
    }
  }

  /// Has one member repeat its work, which is told which round it is.
  static func alone(seconds: Double, _ work: @escaping (Int) throws -> Void) throws -> Result {
    try self.work(1, seconds: seconds) { _ in work }
  }

  private static func repeated(
    _ work: (Int) throws -> Void, seconds: Double
  ) throws -> [Double] {
    var latencies: [Double] = []
    let watch = Stopwatch()
    var before = 0.0
    while before < seconds {
      try work(latencies.count)
      let now = watch.seconds
      latencies.append(now - before)
      before = now
    }
    return latencies
  }

  /// It is handed to one thread, and not used by another.
  private struct Work: @unchecked Sendable {
    let perform: (Int) throws -> Void
  }
}
