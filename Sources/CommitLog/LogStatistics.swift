import SystemPackage

/// What the log has done since it was opened, and how much there is of it.
public struct LogStatistics: Hashable, Sendable, Codable {
  /// Commits that became durable.
  public var commits: UInt64 = 0
  /// Groups that were written: each is one write and one flush (D4).
  public var groups: UInt64 = 0
  /// Flushes of the log.
  public var flushes: UInt64 = 0
  /// Bytes written to the log, padding included.
  public var bytesWritten: UInt64 = 0
  /// Checkpoints that were written.
  public var checkpoints: UInt64 = 0
  /// Segments that were made ready for use again.
  public var segmentsRecycled: UInt64 = 0
  /// Segment files, the spare ones included.
  public var segments: UInt64 = 0
  /// Segments made ready for the log to go on.
  public var spareSegments: UInt64 = 0
  /// Blobs that are referred to.
  public var blobs: UInt64 = 0
  /// Bytes of content that are referred to.
  public var liveBytes: UInt64 = 0
  /// Bytes of segments and referred blobs.
  public var storeBytes: UInt64 = 0
  /// Bytes of segments that nothing refers to and that come free with the next checkpoints.
  public var reclaimableBytes: UInt64 = 0
  /// Failures of the disk that were met.
  public var failures: UInt64 = 0
  /// What the disk answered when the log failed (F1): it takes no changes any more.
  public var failure: Errno?

  public init() {}
}
