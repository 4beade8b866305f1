import CommitLog
import Locking
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
