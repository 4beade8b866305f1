import CommitLog
import LogFormat
import Logging
import Storage
import struct Synchronization.Atomic

/// What chunks need of the world: the log that holds their bytes, and somewhere to report damage.
final class ContentStore: Sendable {
  let log: CommitLog
  let logger: Logger
  /// Bytes of content in memory, staged or on their way to the log.
  let bytesInMemory = Atomic<Int>(0)
  /// Reads that failed their checksum since the store was opened (F3).
  let damagedReads = Atomic<Int>(0)
  /// Reads that the disk failed since then.
  let failedReads = Atomic<Int>(0)

  init(log: CommitLog, logger: Logger) {
    self.log = log
    self.logger = logger
  }

  /// Above this, small contents go to blobs of their own as well, so that many open files cannot
  /// exhaust the memory.
  private static let memoryLimit = 64 << 20

  /// How large a content may grow in memory, at present.
  var inlineLimit: UInt64 {
    bytesInMemory.load(ordering: .relaxed) < Self.memoryLimit ? 256 * 1024 : 4096
  }

  /// So much content is in memory that whoever adds more should wait for the disk.
  var isMemoryFull: Bool { bytesInMemory.load(ordering: .relaxed) >= Self.memoryLimit }

  func reportUnreadable(_ location: ContentLocation, _ error: StorageError) {
    failedReads.add(1, ordering: .relaxed)
    logger.error("content at \(location) cannot be read: \(error)")
  }

  func reportDamage(_ location: ContentLocation, block: Int) {
    damagedReads.add(1, ordering: .relaxed)
    logger.error("content at \(location), block \(block), does not match its checksum")
  }
}
