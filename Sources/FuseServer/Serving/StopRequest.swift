import CLinux
import Glibc
import Locking
import struct Synchronization.Atomic
import struct SystemPackage.Errno

/// Gets the reading thread out of its wait for requests when a signal or a call asks the server to
/// end.
final class StopRequest: Sendable {
  /// Ignored unless handled, so that one too many does no harm.
  private static let nudge = SIGURG

  private struct State: @unchecked Sendable {
    var event: Int32 = -1
    var watcher: ServerThread?
    var reader = pthread_t()
  }

  private let state = Mutex(State())
  private let hasEnded = Atomic<Bool>(false)

  deinit {
    let event = state.withLock { $0.event }
    if event >= 0 { close(event) }
  }

  func prepare() throws(MountError) {
    let event = intact_make_event()
    guard event >= 0 else { throw .resources(Errno(rawValue: errno)) }
    state.withLock { $0.event = event }
  }

  /// Called by the reading thread, before it reads.
  func watch(_ session: Session) throws(MountError) {
    let event = state.withLock { state in
      state.reader = pthread_self()
      return state.event
    }
    intact_make_interrupting(StopRequest.nudge)
    intact_redirect_signals(event)
    let watcher = try ServerThread("intact-stop") { [self] in
      var count: UInt64 = 0
      while read(event, &count, 8) < 0 && errno == EINTR {}
      session.exit()
      // A nudge that comes just before the wait is lost, hence again.
      while !hasEnded.load(ordering: .acquiring) {
        _ = state.withLock { pthread_kill($0.reader, StopRequest.nudge) }
        usleep(20_000)
      }
    }
    state.withLock { $0.watcher = watcher }
  }

  func request() {
    var one: UInt64 = 1
    _ = state.withLock { write($0.event, &one, 8) }
  }

  /// The reading thread reads no more.
  func end() {
    hasEnded.store(true, ordering: .releasing)
    request()
    // What is to be done after an unmount is not interrupted by a second Ctrl-C.
    intact_redirect_signals(-1)
    state.withLock { $0.watcher }?.join()
  }
}
