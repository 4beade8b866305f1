import LogFormat

/// One all-or-nothing entry of the log, on its way there.
public struct Commit: Sendable {
  /// When the change was made.
  public var time: Timestamp
  /// What a ``LogFormat/RecordWriter`` wrote.
  public var records: [UInt8]
  /// The content section: these, one after the other. Inline chunks count from its beginning.
  public var content: [ContentBuffer]
  /// True for a change that makes room: deleting, replacing by something smaller. It may use the
  /// space that is kept back from all others (F4).
  public var frees: Bool

  public init(time: Timestamp, records: [UInt8], content: [ContentBuffer] = [], frees: Bool = false)
  {
    self.time = time
    self.records = records
    self.content = content
    self.frees = frees
  }

  /// Bytes of the content section.
  public var contentLength: Int { content.reduce(0) { $0 + $1.count } }

  /// Bytes in the log, with the commit's header.
  var extent: UInt64 { UInt64(CommitHeader.length + records.count + contentLength) }
}
