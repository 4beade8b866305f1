import CommitLog
import Foundation
import Locking
import LogFormat
import Storage
import TestSupport
import Testing

/// What a commit costs, and in what order the log does things (D4).
struct GroupCommitTests {
  private let disk = SimulatedDisk()
  private let session: LogSession

  init() throws {
    try LogWorkload.makeStore(disk)
    var configuration = LogConfiguration()
    configuration.lazyDelay = .milliseconds(200)
    session = try LogSession(disk, configuration: configuration)
  }

  @Test func `one waiting commit costs one flush`() throws {
    for _ in 0..<20 {
      let before = session.log.statistics.flushes
      try session.appendAndWait(length: 700)
      #expect(session.log.statistics.flushes == before + 1)
    }
    #expect(session.log.statistics.commits == 20)
    try session.log.close()
  }

  @Test func `a commit that begins a segment costs one flush of the log too`() throws {
    while session.log.statistics.bytesWritten < 4 * LogWorkload.segmentSize {
      try session.appendAndWait(length: 5000)
    }
    let statistics = session.log.statistics
    #expect(statistics.flushes == statistics.commits)
    #expect(statistics.segments > 4)
    try session.log.close()
  }

  @Test func `commits that wait at the same time share flushes`() throws {
    // Flushes are slow enough for all the others to come while the first is made.
    disk.setFailure { operation in
      if operation.kind == .flush { usleep(50_000) }
      return nil
    }
    let done = DispatchSemaphore(value: 0)
    try session.append(length: 100) { done.signal() }
    for _ in 0..<30 { try session.append(length: 100) { done.signal() } }
    for _ in 0..<31 { #expect(done.wait(timeout: .now() + 10) == .success) }
    #expect(session.log.statistics.flushes <= 3)
    #expect(session.log.statistics.commits == 31)
    #expect(session.order == Array(1...31))
    try session.log.close()
  }

  @Test func `two who commit again and again share their flushes`() throws {
    disk.setFailure { operation in
      if operation.kind == .flush { usleep(40_000) }
      return nil
    }
    let (log, rounds) = (session.log, 20)
    let group = DispatchGroup()
    for writer in 1...2 {
      group.enter()
      Thread.detachNewThread {
        for _ in 0..<rounds {
          let done = DispatchSemaphore(value: 0)
          let commit = KeyValueStore.commit(UInt64(writer), length: 100)
          #expect(throws: Never.self) { _ = try log.append(commit, .wait) { _ in done.signal() } }
          done.wait()
        }
        group.leave()
      }
    }
    #expect(group.wait(timeout: .now() + 30) == .success)
    // Half as many as commits, but for some at the beginning and where a thread was not let run.
    #expect(log.statistics.commits == 40)
    #expect(log.statistics.flushes <= 30)
    try log.close()
  }

  @Test func `a lazy commit is durable within its delay, without anybody asking`() throws {
    let done = DispatchSemaphore(value: 0)
    let start = ContinuousClock.now
    try session.append(length: 100, .lazy) { done.signal() }
    #expect(done.wait(timeout: .now() + 10) == .success)
    let elapsed = ContinuousClock.now - start
    #expect(elapsed >= .milliseconds(150), "it waits for others: \(elapsed)")
    #expect(elapsed < .seconds(5))
    try session.log.close()
  }

  @Test func `a waiting commit takes the lazy ones before it along`() throws {
    let count = session.log.statistics.flushes
    for _ in 0..<10 { try session.append(length: 100, .lazy) }
    try session.appendAndWait(length: 100)
    #expect(session.acknowledged == 11)
    #expect(session.log.statistics.flushes == count + 1)
    try session.log.close()
  }

  @Test func `flush makes everything before it durable`() throws {
    for _ in 0..<10 { try session.append(length: 100, .lazy) }
    let done = DispatchSemaphore(value: 0)
    let atFlush = Mutex<UInt64>(0)
    session.log.flush { [session] result in
      if case .success = result { atFlush.withLock { $0 = session.acknowledged } }
      done.signal()
    }
    #expect(done.wait(timeout: .now() + 10) == .success)
    #expect(atFlush.withLock { $0 } == 10)
    try session.log.close()
  }

  @Test func `close makes everything durable and the log refuses what comes after`() throws {
    for _ in 0..<10 { try session.append(length: 100, .lazy) }
    try session.log.close()
    #expect(session.acknowledged == 10)
    #expect(throws: CommitError.readOnly) { try session.append(length: 1) }
    let again = try LogSession(disk)
    #expect(again.acknowledged == 10)
    #expect(again.violations(lengths: [Int](repeating: 100, count: 10)).isEmpty)
    try again.log.close()
  }

  @Test func `a commit larger than a segment is refused`() throws {
    #expect(throws: CommitError.tooLarge) {
      try session.append(length: Int(LogWorkload.segmentSize))
    }
    // The largest that fits does.
    try session.appendAndWait(length: Int(LogWorkload.segmentSize) - 4096 - 300)
    try session.log.close()
  }
}
