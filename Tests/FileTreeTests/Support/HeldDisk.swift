import Dispatch
import Locking
import Storage
import TestSupport

import struct SystemPackage.Errno

/// A disk whose log can be made to wait in its flush, so that what was put into the order is not
/// durable yet, and then to go on or to fail.
final class HeldDisk: Sendable {
  let disk = SimulatedDisk()
  private let isHeld = Mutex(false)
  private let isFailing = Mutex(false)
  private let released = DispatchSemaphore(value: 0)

  init() {
    disk.setFailure { operation in
      guard operation.kind == .flush, case .segment? = operation.path else { return nil }
      if self.isHeld.withLock({ $0 }) {
        self.released.wait()
        self.released.signal()
      }
      return self.isFailing.withLock { $0 } ? .ioError : nil
    }
  }

  func hold() { isHeld.withLock { $0 = true } }

  func release(failing: Bool = false) {
    isFailing.withLock { $0 = failing }
    isHeld.withLock { $0 = false }
    released.signal()
  }
}

/// An answer that comes while the test goes on.
final class Awaited<Value: Sendable>: Sendable {
  private let answered = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Result<Value, Errno>?>(nil)

  init(_ call: (@escaping @Sendable (Result<Value, Errno>) -> Void) -> Void) {
    call { result in
      self.outcome.withLock { $0 = result }
      self.answered.signal()
    }
  }

  func get() throws(Errno) -> Value {
    guard answered.wait(timeout: .now() + 60) == .success else { throw .timedOut }
    return try outcome.withLock { $0! }.get()
  }
}
