import Glibc
import Locking

/// The memory that requests are read into. Data that has to wait keeps the buffer that it came in,
/// instead of being copied.
final class ReceiveBuffers: Sendable {
  /// A buffer that was kept. Owned by whoever processes the request.
  struct Kept: @unchecked Sendable {
    fileprivate let memory: UnsafeMutableRawPointer
  }

  private struct State: @unchecked Sendable {
    var lent: UnsafeMutableRawPointer?
    var free: [UnsafeMutableRawPointer] = []
  }

  private static let freeMax = 8
  private let state = Mutex(State())

  deinit { state.withLock { $0.free.forEach { free($0) } } }

  /// Reading thread: the request about to be processed lies in `memory`.
  func lend(_ memory: UnsafeMutableRawPointer?) { state.withLock { $0.lent = memory } }

  /// Reading thread, while a request is processed: its data stays where it is until `recycle`.
  func keep() -> Kept {
    state.withLock { state in
      let memory = state.lent!
      state.lent = nil
      return Kept(memory: memory)
    }
  }

  func recycle(_ kept: Kept) {
    state.withLock { state in
      if state.free.count < ReceiveBuffers.freeMax {
        state.free.append(kept.memory)
      } else {
        free(kept.memory)
      }
    }
  }

  /// Reading thread: memory for the next request; nil has libfuse allocate some.
  func takeBack() -> UnsafeMutableRawPointer? {
    state.withLock { state in
      defer { state.lent = nil }
      return state.lent ?? state.free.popLast()
    }
  }
}
