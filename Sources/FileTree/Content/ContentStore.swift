import CommitLog
import LogFormat
import Logging
import Synchronization

/// What chunks need of the world: the log that holds their bytes, and somewhere to report damage.
final class ContentStore: Sendable {
  let log: CommitLog
  let logger: Logger
  /// Reads that failed their checksum since the store was opened (F3).
  let damagedReads = Atomic<Int>(0)

  init(log: CommitLog, logger: Logger) {
    self.log = log
    self.logger = logger
  }

  func reportDamage(_ location: ContentLocation, block: Int) {
    damagedReads.add(1, ordering: .relaxed)
    logger.error("content at \(location), block \(block), does not match its checksum")
  }
}
