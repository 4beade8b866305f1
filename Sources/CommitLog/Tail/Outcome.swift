import Dispatch
import Synchronization

/// A result that one thread waits for and another brings.
final class Outcome: Sendable {
  private let result = Mutex<Result<Void, CommitError>?>(nil)
  private let arrived = DispatchSemaphore(value: 0)

  func set(_ value: Result<Void, CommitError>) {
    result.withLock { $0 = value }
    arrived.signal()
  }

  func wait() -> Result<Void, CommitError> {
    arrived.wait()
    return result.withLock { $0! }
  }
}
