import LogFormat
import Storage

/// The ordered, grouped, checksummed log of commits. It knows nothing of files.
public final class CommitLog: Sendable {
  /// What was found when the store was opened.
  public var recoveryReport: RecoveryReport { fatalError() }

  public static func create(
    in storage: any Storage, segmentSize: UInt64 = DiskFormat.segmentSize
  ) throws { fatalError() }

  public static func open(
    _ storage: any Storage, readOnly: Bool, configuration: LogConfiguration = LogConfiguration(),
    recovery: inout some LogRecovery
  ) throws -> CommitLog { fatalError() }

  public func finishRecovery() { fatalError() }

  public func append(
    _ commit: Commit, _ durability: Durability, completion: @escaping CommitCompletion
  ) throws(CommitError) -> CommitSequence { fatalError() }

  public func flush(_ completion: @escaping @Sendable (Result<Void, CommitError>) -> Void) {
    fatalError()
  }

  public func read(
    _ location: ContentLocation, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) { fatalError() }

  public func makeBlob() throws(StorageError) -> Blob { fatalError() }

  public func retain(_ location: ContentLocation, length: UInt64) { fatalError() }

  public func release(_ location: ContentLocation, length: UInt64) { fatalError() }

  public func relocationCandidates(limit: Int = 4) -> [SegmentNumber] { fatalError() }

  public func writeCheckpoint(
    through: CommitSequence, state: [UInt64], records: some Sequence<Record>
  ) throws { fatalError() }

  public var bytesSinceCheckpoint: UInt64 { fatalError() }

  public var isCheckpointAdvised: Bool { fatalError() }

  public var statistics: LogStatistics { fatalError() }

  public func space() throws(StorageError) -> StorageSpace { fatalError() }

  public func close() throws { fatalError() }
}
