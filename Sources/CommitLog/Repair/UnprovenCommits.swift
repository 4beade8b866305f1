import LogFormat
import Storage

/// Commits read off places where the log is damaged. They fail their group's checksum, or its
/// header is gone; yet if there are as many as are missing, and each of their records is one, then
/// most likely a byte of content has changed and they are what they were.
struct UnprovenCommits {
  private(set) var commits: [RecoveredCommit] = []
  private var sequence: CommitSequence

  /// - Parameter first: the first that is missing.
  init(from first: CommitSequence) { sequence = first }

  /// Reads what stands in a part of a segment.
  mutating func read(_ image: SegmentImage, _ range: Range<UInt64>) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let header = image.groupHeader(at: offset)
      let start = offset + UInt64(GroupHeader.length)
      let length = header.map { start + $0.payloadLength } ?? range.upperBound
      offset = DiskFormat.blocks(offset + 1)
      guard start < min(length, range.upperBound) else { continue }
      let end = image.withBytes(in: start..<min(length, range.upperBound)) { payload in
        take(
          from: payload, at: LogPosition(segment: image.number, offset: start),
          limit: header?.commitCount)
      }
      offset = max(offset, DiskFormat.blocks(end ?? 0))
    }
  }

  /// Answers where the commits end, or nil if there is none.
  private mutating func take(
    from payload: UnsafeRawBufferPointer, at start: LogPosition, limit: UInt32?
  ) -> UInt64? {
    var cursor = CommitCursor(payload, at: start, sequence: sequence)
    var count: UInt32 = 0
    while !cursor.isAtEnd, limit.map({ count < $0 }) ?? true, let commit = try? cursor.next(),
      !commit.isBlank
    {
      commits.append(commit)
      sequence = commit.sequence.next
      count += 1
    }
    return count == 0 ? nil : cursor.position.offset
  }
}

extension RecoveredCommit {
  /// What zeros read as.
  fileprivate var isBlank: Bool {
    records.isEmpty && contentLength == 0 && time == Timestamp(seconds: 0, nanoseconds: 0)
  }
}
