import LogFormat

/// One all-or-nothing entry of the log, on its way there.
public struct Commit: Sendable {
  /// When the change was made.
  public var time: Timestamp
  /// What a ``LogFormat/RecordWriter`` wrote.
  public var records: [UInt8]
  /// The content section: these, one after the other. Inline chunks count from its beginning.
  public var content: [ContentBuffer]
  public var purpose: Purpose

  /// Decides what a commit may use of the space that is kept back on a full disk (F4).
  public enum Purpose: Sendable {
    /// Any change: none of it.
    case change
    /// Deleting, replacing by something smaller: one half.
    case freeing
    /// What the background moves so that segments come free: all.
    case moving
  }

  public init(
    time: Timestamp, records: [UInt8], content: [ContentBuffer] = [], purpose: Purpose = .change
  ) {
    self.time = time
    self.records = records
    self.content = content
    self.purpose = purpose
  }

  /// Bytes of the content section.
  public var contentLength: Int { content.reduce(0) { $0 + $1.count } }

  /// Bytes in the log, with the commit's header.
  var extent: UInt64 { UInt64(CommitHeader.length + records.count + contentLength) }
}
