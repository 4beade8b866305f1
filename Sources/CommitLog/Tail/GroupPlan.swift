import LogFormat

/// Entries that the committer has taken from the queue to write and flush together.
struct GroupPlan: Sendable {
  /// Where the group goes.
  var position: LogPosition
  /// Set if the group begins a segment: written in the same step, so that no flush is spent on it.
  var newSegment: SegmentHeader?
  /// Commits and barriers, in order; without a commit there is nothing to write.
  var entries: [QueueEntry] = []
  /// The first commit's sequence.
  var firstSequence: CommitSequence
  var commitCount: UInt32 = 0
  /// Bytes of the commits.
  var payloadLength: UInt64 = 0

  /// How many of the entries somebody waits for.
  var urgent: Int { entries.count(where: \.isUrgent) }

  /// Bytes on the disk, without the segment header.
  var extent: UInt64 { DiskFormat.blocks(UInt64(GroupHeader.length) + payloadLength) }

  /// Where the next group can go.
  var end: LogPosition { commitCount == 0 ? position : position.advanced(by: extent) }

  /// The last commit's sequence.
  var lastSequence: CommitSequence {
    CommitSequence(rawValue: firstSequence.rawValue + UInt64(commitCount) - 1)
  }

  /// True if `extent` more bytes of a commit fit into `room` bytes on the disk.
  func fits(_ extent: UInt64, room: UInt64) -> Bool {
    DiskFormat.blocks(UInt64(GroupHeader.length) + payloadLength + extent) <= room
  }
}
