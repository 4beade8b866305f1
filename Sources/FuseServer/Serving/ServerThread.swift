import CLinux
import Glibc
import struct SystemPackage.Errno

/// A thread of the server, to be joined when the server ends.
struct ServerThread: @unchecked Sendable {
  private let thread: pthread_t

  /// - Parameter name: at most 15 bytes; what `ps -L` shows.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(MountError) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { start in
        let start = Unmanaged<Start>.fromOpaque(start!).takeRetainedValue()
        intact_name_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard error == 0 else {
      start.release()
      throw .resources(Errno(rawValue: error))
    }
    self.thread = thread
  }

  /// Waits for the thread to end.
  func join() { pthread_join(thread, nil) }
}

private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}
