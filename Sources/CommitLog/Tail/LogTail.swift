import Dispatch
import Locking
import Storage

/// The log's end, shared by those who append, the committer and the preparer.
///
/// The mutex is the innermost lock of this module: it is never held across I/O, a callback or
/// another lock.
final class LogTail: Sendable {
  private let state: Mutex<LogState>
  /// Who is told of it; set once, before there is anything to tell.
  let progress = Mutex<LogProgress?>(nil)
  /// Wakes the committer.
  private let committerSignal = DispatchSemaphore(value: 0)
  /// Wakes the preparer.
  private let preparerSignal = DispatchSemaphore(value: 0)

  init(_ state: LogState) {
    self.state = Mutex(state)
  }

  /// Changes the state, and wakes the committer if there is something for it.
  func update<R: Sendable>(_ body: (inout LogState) -> R) -> R {
    let (result, signal) = state.withLock { state in
      let result = body(&state)
      let signal = state.needsSignal
      if signal { state.isCommitterAsleep = false }
      return (result, signal)
    }
    if signal { committerSignal.signal() }
    return result
  }

  /// Wakes the committer, whatever it waits for.
  func wakeCommitter() {
    committerSignal.signal()
  }

  /// The committer's wait.
  func waitForWork(until deadline: ContinuousClock.Instant?) {
    guard let deadline else {
      committerSignal.wait()
      return
    }
    let duration = ContinuousClock.now.duration(to: deadline)
    _ = committerSignal.wait(timeout: .now() + duration.seconds)
  }

  /// Runs a call for content beside the log; if the disk has no room for it, the log gives back
  /// what it can do without.
  func makingRoom<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
    do throws(StorageError) {
      return try body()
    } catch {
      if error.isForWantOfRoom {
        update { $0.isRoomWanted = true }
        wakePreparer()
      }
      throw error
    }
  }

  func wakePreparer() {
    preparerSignal.signal()
  }

  /// The preparer's wait; without end if `seconds` is nil.
  func waitForPreparation(seconds: Double?) {
    guard let seconds else {
      preparerSignal.wait()
      return
    }
    _ = preparerSignal.wait(timeout: .now() + seconds)
  }
}

extension Duration {
  /// The duration in seconds; none if it is negative.
  fileprivate var seconds: Double {
    let (seconds, attoseconds) = components
    return max(0, Double(seconds) + Double(attoseconds) * 1e-18)
  }
}
