import CommitLog
import Storage
import struct SystemPackage.Errno

/// What `intact status` tells of a tree.
public struct TreeStatistics: Codable, Sendable {
  /// Files of every type that have a name.
  public var files: Int
  /// Names that are being created.
  public var pendingNames: Int
  /// Working copies that updating writers share.
  public var liveCopies: Int
  /// Reads that failed their checksum since the store was opened (F3).
  public var damagedReads: Int
  /// Reads that the disk failed since then.
  public var failedReads: Int
  public var durability: DurabilityMode
  public var log: LogStatistics
}

extension FileTree {
  public var statistics: TreeStatistics {
    let (files, pending, live) = core.withLock {
      ($0.state.nodes.count, $0.pendingNames.count, $0.live.count)
    }
    return TreeStatistics(
      files: files, pendingNames: pending, liveCopies: live,
      damagedReads: store.damagedReads.load(ordering: .relaxed),
      failedReads: store.failedReads.load(ordering: .relaxed), durability: durability,
      log: log.statistics)
  }

  /// Bytes of the file system that the store lies on: in all, and those that may still be taken.
  public func space() throws(Errno) -> (total: UInt64, available: UInt64) {
    do {
      let space = try log.space()
      return (space.total, space.available)
    } catch {
      throw Errno(error)
    }
  }
}
