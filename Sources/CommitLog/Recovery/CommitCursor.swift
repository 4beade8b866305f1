import LogFormat

/// Takes the commits off a group's payload, one behind the other. No length in it is believed
/// beyond the payload's end.
struct CommitCursor {
  private let payload: UnsafeRawBufferPointer
  /// Where the payload stands in the log.
  private let start: LogPosition
  private var offset = 0
  private var sequence: CommitSequence

  /// - Parameters:
  ///   - payload: must stay valid as long as the cursor is used.
  ///   - sequence: the first commit's.
  init(_ payload: UnsafeRawBufferPointer, at start: LogPosition, sequence: CommitSequence) {
    self.payload = payload
    self.start = start
    self.sequence = sequence
  }

  init(_ payload: UnsafeRawBufferPointer, of header: GroupHeader) {
    self.init(
      payload, at: header.position.advanced(by: UInt64(GroupHeader.length)),
      sequence: header.firstSequence)
  }

  var isAtEnd: Bool { offset == payload.count }

  /// Where the commits that were taken end.
  var position: LogPosition { start.advanced(by: UInt64(offset)) }

  mutating func next() throws(FormatError) -> RecoveredCommit {
    let rest = UnsafeRawBufferPointer(rebasing: payload[offset...])
    let header = try CommitHeader(rest)
    guard header.extent <= UInt64(rest.count) else { throw .truncated(structure: "commit") }
    let recordsEnd = CommitHeader.length + Int(header.recordsLength)
    let commit = RecoveredCommit(
      sequence: sequence, time: header.time,
      records: try RecordReader.records(
        in: UnsafeRawBufferPointer(rebasing: rest[CommitHeader.length..<recordsEnd])),
      contentStart: position.advanced(by: UInt64(recordsEnd)),
      contentLength: UInt64(header.contentLength))
    offset += Int(header.extent)
    sequence = sequence.next
    return commit
  }
}
