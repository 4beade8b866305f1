import Locking

/// Lets the requests on one staging through one at a time, in the order they came: its content
/// belongs to one of them until that is answered.
final class SerialLane: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let pool: WorkerPool

  /// - Parameter pool: runs what had to wait: whoever leaves may be a thread that must not be kept.
  init(pool: WorkerPool) { self.pool = pool }

  /// Takes the lane if it is free; then the caller calls `leave`.
  func tryEnter() -> Bool {
    state.withLock { state in
      if state.isTaken { return false }
      state.isTaken = true
      return true
    }
  }

  /// Runs `work` now if the lane is free, else in its turn on the pool. Its end, on whatever
  /// thread, is a call of `leave`.
  func enter(_ work: @escaping @Sendable () -> Void) {
    let isFree = state.withLock { state in
      if state.isTaken {
        state.waiting.append(work)
        return false
      }
      state.isTaken = true
      return true
    }
    if isFree { work() }
  }

  func leave() {
    let next: (@Sendable () -> Void)? = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    if let next { pool.submit(next) }
  }
}
