import LogFormat

/// A commit as it was read back from the log.
public struct RecoveredCommit: Hashable, Sendable {
  public var sequence: CommitSequence
  public var time: Timestamp
  public var records: [Record]
  /// Where its content section begins: add an inline chunk's offset.
  public var contentStart: LogPosition
  /// Bytes of the content section.
  public var contentLength: UInt64

  public init(
    sequence: CommitSequence, time: Timestamp, records: [Record], contentStart: LogPosition,
    contentLength: UInt64
  ) {
    self.sequence = sequence
    self.time = time
    self.records = records
    self.contentStart = contentStart
    self.contentLength = contentLength
  }
}
