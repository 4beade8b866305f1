import Dispatch
import Locking

/// A value that one thread waits for and another brings, as the completions of the log do. Not for
/// a thread that the log or its callers need.
public final class Awaited<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let arrived = DispatchSemaphore(value: 0)

  /// Nothing has arrived yet.
  public init() {}

  /// To be called once.
  public func set(_ value: Value) {
    self.value.withLock { $0 = value }
    arrived.signal()
  }

  /// Blocks until the value is there. To be called once.
  public func wait() -> Value {
    arrived.wait()
    return value.withLock { $0! }
  }
}
