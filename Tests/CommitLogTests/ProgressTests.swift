import CommitLog
import Locking
import LogFormat
import Storage
import SystemPackage
import TestSupport
import Testing

/// What those are told who follow the log.
final class ProgressTests: Sendable {
  private enum Event: Equatable {
    case completed(Int, isDurable: Bool)
    case reached(UInt64)
    case failed(behind: UInt64, Errno)
    case segmentFilled
  }

  private let events = Mutex<[Event]>([])

  @Test func `F1: the failure is told before any completion of what is lost, and once`() throws {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let session = try LogSession(disk)
    let log = session.log
    log.follow(
      LogProgress(
        reached: { self.note(.reached($0.rawValue)) },
        failed: { self.note(.failed(behind: $0.rawValue, $1)) }))
    try append(1, to: log)
    try log.waitUntilDurable()
    disk.setFailure { operation in
      guard operation.kind == .flush, case .segment? = operation.path else { return nil }
      return .ioError
    }
    try append(2, to: log, .lazy)
    try append(3, to: log, .lazy)
    #expect(throws: CommitError.self) { try log.waitUntilDurable() }
    #expect(throws: CommitError.readOnly) { try append(4, to: log) }
    #expect(log.statistics.failure == .ioError)
    #expect(throws: CommitError.io(.ioError)) { try log.close() }
    #expect(
      events.withLock { $0 } == [
        .completed(1, isDurable: true), .reached(1), .failed(behind: 1, .ioError),
        .completed(2, isDurable: false), .completed(3, isDurable: false),
      ])
  }

  @Test func `each segment that the log goes on to is told once, after what is durable by it`()
    throws
  {
    let disk = SimulatedDisk()
    try LogWorkload.makeStore(disk)
    let log = try LogSession(disk).log
    log.follow(
      LogProgress(
        reached: { self.note(.reached($0.rawValue)) }, failed: { _, _ in },
        segmentFilled: { self.note(.segmentFilled) }))
    let segments = Mutex<Set<SegmentNumber>>([])
    for number in 1...100 {
      _ = try log.append(KeyValueStore.commit(UInt64(number), length: 10_000), .wait) { outcome in
        guard case .success(let place) = outcome else { return }
        _ = segments.withLock { $0.insert(place.contentStart.segment) }
      }
      try log.waitUntilDurable()
    }
    try log.close()
    let events = events.withLock { $0 }
    let filled = events.indices.filter { events[$0] == .segmentFilled }
    let count = segments.withLock { $0.count }
    #expect(count > 3)
    #expect(filled.count == count)
    #expect(
      filled.allSatisfy { index in
        if case .reached = events[index - 1] { true } else { false }
      })
  }

  private func append(
    _ number: Int, to log: CommitLog, _ durability: Durability = .wait
  ) throws(CommitError) {
    let commit = KeyValueStore.commit(UInt64(number), length: 10)
    _ = try log.append(commit, durability) { outcome in
      if case .success = outcome {
        self.note(.completed(number, isDurable: true))
      } else {
        self.note(.completed(number, isDurable: false))
      }
    }
  }

  private func note(_ event: Event) { events.withLock { $0.append(event) } }
}
