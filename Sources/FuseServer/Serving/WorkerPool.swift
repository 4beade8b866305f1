import Locking

/// A few threads for what has to wait for the disk, so that the reading thread never does.
final class WorkerPool: Sendable {
  private let jobs = Channel<@Sendable () -> Void>()
  private let threads = Mutex<[ServerThread]>([])

  /// - Throws: `MountError.resources`.
  func start(count: Int) throws(MountError) {
    for _ in 0..<count {
      let thread = try ServerThread("intact-worker") { [jobs] in
        while let job = jobs.receive() { job() }
      }
      threads.withLock { $0.append(thread) }
    }
  }

  func submit(_ job: @escaping @Sendable () -> Void) { jobs.send(job) }

  /// Ends the threads when they have done what was submitted.
  func stop() {
    jobs.close()
    for thread in threads.withLock({ $0 }) { thread.join() }
  }
}
