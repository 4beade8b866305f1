import Dispatch
import Glibc
import Locking
import Storage
import TestSupport

import struct SystemPackage.Errno

/// A disk whose log can be made to wait in its flush, so that what was put into the order is not
/// durable yet, and then to go on or to fail.
final class HeldDisk: Sendable {
  private struct State {
    var isHeld = false
    var isFailing = false
    /// Flushes that wait.
    var waiting = 0
    /// How many of them may go on although others are held.
    var passes = 0
  }

  let disk = SimulatedDisk()
  private let state = Mutex(State())
  private let released = DispatchSemaphore(value: 0)

  init() {
    disk.setGate { kind, path in
      if kind == .flush, case .segment = path, Self.isCommitter { self.wait() }
    }
    disk.setFailure { operation in
      guard operation.kind == .flush, case .segment? = operation.path, Self.isCommitter else {
        return nil
      }
      return self.state.withLock { $0.isFailing } ? .ioError : nil
    }
  }

  private func wait() {
    let isHeld = state.withLock { state in
      state.waiting += state.isHeld ? 1 : 0
      return state.isHeld
    }
    guard isHeld else { return }
    released.wait()
    let isPassing = state.withLock { state in
      state.waiting -= 1
      defer { state.passes -= state.passes > 0 ? 1 : 0 }
      return state.passes > 0
    }
    if !isPassing { released.signal() }
  }

  func hold() { state.withLock { $0.isHeld = true } }

  /// Lets the flush that waits succeed; the next one is held again.
  func pass() {
    state.withLock { $0.passes += 1 }
    released.signal()
  }

  /// Returns when the log waits in its flush: what is put into the order from now on goes with the
  /// next one.
  func waitUntilFlushing() throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while state.withLock({ $0.waiting == 0 || $0.passes > 0 }) {
      guard ContinuousClock.now < deadline else { throw Errno.timedOut }
      usleep(200)
    }
  }

  func release(failing: Bool = false) {
    state.withLock { state in
      state.isFailing = failing
      state.isHeld = false
    }
    released.signal()
  }

  /// Only the log's flushes: its spare segments are flushed by another thread.
  static var isCommitter: Bool {
    let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var name = [UInt8](repeating: 0, count: 16)
    let count = read(file, &name, name.count)
    return name.prefix(max(0, count)).starts(with: "intact-commits".utf8)
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
