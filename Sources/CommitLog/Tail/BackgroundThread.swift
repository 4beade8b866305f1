import CLinux
import Dispatch
import Glibc

/// A thread of the system's that runs one body to its end.
final class BackgroundThread: Sendable {
  private let finished = DispatchSemaphore(value: 0)

  /// Starts the thread.
  /// - Parameter name: at most 15 bytes; what `ps -L` shows.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let finished = self.finished
    let start = Unmanaged.passRetained(
      Body {
        intact_name_thread(name)
        body()
        finished.signal()
      })
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, start.toOpaque())
    precondition(failure == 0, "the system gives no thread: error \(failure)")
    pthread_detach(thread)
  }

  /// Waits for the body's end; later calls return at once.
  func join() {
    finished.wait()
    finished.signal()
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
