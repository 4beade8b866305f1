import CommitLog
import FileTree
import LogFormat

/// What `intact status` tells, and the names that its `--json` gives it.
struct StatusReport: Codable {
  var store: String
  /// `nil` unless it is mounted, and so are the next four.
  var mountPoint: String?
  var process: Int32?
  var durability: DurabilityMode?
  /// Descriptors that programs have open.
  var openHandles: Int?
  /// How often the kernel has asked for what.
  var requests: [String: UInt64]?
  var readOnly: Bool
  /// The version of the program that answered.
  var program = ProgramVersion.program
  var format = DiskFormat.version

  /// Files of every type that have a name.
  var files: Int
  /// Names that are being created and were not published yet (rule N1).
  var pendingNames: Int
  /// Bytes of content that files refer to.
  var liveBytes: UInt64
  /// Bytes in the store that nothing refers to any more, and bookkeeping.
  var deadBytes: UInt64
  /// Bytes of the store, with what is kept ready for the log to go on.
  var storeBytes: UInt64

  /// The number of the last commit; the rest counts from when the store was opened.
  var lastCommit: UInt64
  var commits: UInt64
  var flushes: UInt64
  var bytesWritten: UInt64
  var checkpoints: UInt64
  /// Reads that failed their checksum (rule F3).
  var damagedReads: Int
  /// Failures of the disk that were met.
  var diskFailures: UInt64
  /// What the disk answered when the log failed (rule F1): changes are refused, what is published
  /// is served, until the store is mounted again. `nil` while it is sound.
  var failure: String?

  init(_ tree: FileTree, store: String, readOnly: Bool) {
    let statistics = tree.statistics
    let log = statistics.log
    self.store = store
    self.readOnly = readOnly || tree.hasFailed
    files = statistics.files
    pendingNames = statistics.pendingNames
    liveBytes = log.liveBytes
    let inUse = log.liveBytes + log.spareSegments * DiskFormat.segmentSize
    deadBytes = log.storeBytes > inUse ? log.storeBytes - inUse : 0
    storeBytes = log.storeBytes
    lastCommit = tree.recoveryReport.last.rawValue + log.commits
    commits = log.commits
    flushes = log.flushes
    bytesWritten = log.bytesWritten
    checkpoints = log.checkpoints
    damagedReads = statistics.damagedReads
    diskFailures = log.failures + UInt64(statistics.failedReads)
    failure = log.failure.map { "\($0)" }
  }
}
