import LogFormat
import Storage

/// Reads what is left of a damaged log, in its order: the newest checkpoint that is whole, and
/// every commit after it that can be found. What recovery stops at, this steps over and reports.
struct LogSalvage {
  let survey: StoreSurvey
  private(set) var report = SalvageReport()
  /// The checkpoint's words for the layer above.
  private(set) var state: [UInt64] = []
  /// Where what was read last ends.
  private(set) var end = LogPosition(segment: .none, offset: 0)
  /// The segment that was read last.
  private var image: SegmentImage?
  /// What comes before it is not needed.
  private var start = LogPosition(segment: .none, offset: 0)

  init(_ survey: StoreSurvey) {
    self.survey = survey
    report.damage = survey.damage
  }

  mutating func run(into recovery: inout some SalvageRecovery) throws {
    let groups = survey.selectedGroups
    if let checkpoint = base(groups) { try restore(checkpoint, into: &recovery) }
    for group in groups where group.last > report.last {
      if group.header.firstSequence > report.last.next {
        try bridge(
          to: group.header.position, before: group.header.firstSequence, into: &recovery)
      }
      try replay(group, into: &recovery)
    }
    if survey.lastKnown > report.last {
      let last = survey.segments.last
      let position = LogPosition(
        segment: last?.number ?? .none, offset: last?.length ?? 0)
      try bridge(to: position, before: survey.lastKnown.next, into: &recovery)
    } else if let torn = try tornTail() {
      report.tornTail = torn
    }
    reportSegments()
    report.damage.sort { $0.file.description < $1.file.description }
  }

  /// What the tree is built on: the newest checkpoint of which nothing is missing; without one the
  /// whole log, if it is there from its first commit on; else what is left of a checkpoint.
  private func base(_ groups: [FoundGroup]) -> CheckpointSurvey? {
    if let whole = survey.checkpoints.first(where: \.isComplete) { return whole }
    if let first = groups.first, first.header.firstSequence.rawValue == 1 { return nil }
    return survey.checkpoints.first(where: \.isReadable)
  }

  private mutating func restore(
    _ checkpoint: CheckpointSurvey, into recovery: inout some SalvageRecovery
  ) throws {
    try checkpoint.forEachRecord { try recovery.restore($0) }
    report.checkpoint = checkpoint.through
    report.isCheckpointPartial = !checkpoint.isComplete
    report.last = checkpoint.through
    state = checkpoint.header?.state ?? []
    start = checkpoint.header?.start ?? start
    end = start
  }

  private mutating func replay(
    _ group: FoundGroup, into recovery: inout some SalvageRecovery
  ) throws {
    var commits: [RecoveredCommit] = []
    _ = try image(of: group.header.position.segment).withPayload(of: group.header) { payload in
      var cursor = CommitCursor(payload, of: group.header)
      // What matches its checksum and is no commit was written by a program with a mistake.
      while !cursor.isAtEnd, let commit = try? cursor.next() { commits.append(commit) }
    }
    for commit in commits where commit.sequence > report.last && commit.sequence <= group.last {
      try recovery.replay(commit)
      report.last = commit.sequence
      report.commitsReplayed += 1
    }
    end = group.end
  }

  private mutating func image(of number: SegmentNumber) throws -> SegmentImage {
    if let image, image.number == number { return image }
    let read = try SegmentImage(number, superblock: survey.superblock, storage: survey.storage)
    image = read
    return read
  }

  /// Steps over missing commits, up to the place where the log can be read again.
  private mutating func bridge(
    to position: LogPosition, before next: CommitSequence, into recovery: inout some SalvageRecovery
  ) throws {
    let missing = report.last.next...CommitSequence(rawValue: next.rawValue - 1)
    let count = missing.upperBound.rawValue - missing.lowerBound.rawValue + 1
    var unproven = UnprovenCommits(from: missing.lowerBound)
    for (segment, range) in gaps(to: position) {
      unproven.read(try image(of: segment.number), range)
      report.damage.append(
        SalvageReport.Damage(
          file: segment.path, range: range, reason: "no valid group stands there"))
    }
    if UInt64(unproven.commits.count) == count {
      for commit in unproven.commits { recovery.replay(unproven: commit) }
      report.unproven.append(missing)
      report.commitsReplayed += count
    } else {
      recovery.miss(missing)
      report.lost.append(missing)
    }
    report.last = missing.upperBound
  }

  /// The stretches of the log without a group that counts, from what was read last to `position`.
  private func gaps(to position: LogPosition) -> [(SegmentSurvey, Range<UInt64>)] {
    survey.segments.compactMap { segment in
      guard (end.segment...max(end.segment, position.segment)).contains(segment.number) else {
        return nil
      }
      let lower = segment.number == end.segment ? end.offset : UInt64(DiskFormat.blockSize)
      var upper = min(survey.ends[segment.number] ?? .max, segment.length)
      if segment.number == position.segment { upper = min(upper, position.offset) }
      // A group in between is one that was written once more elsewhere.
      if let group = segment.groups.first(where: { $0.position.offset >= lower }) {
        upper = min(upper, group.position.offset)
      }
      return lower < upper ? (segment, lower..<upper) : nil
    }
  }

  private mutating func tornTail() throws -> RecoveryReport.TornTail? {
    guard survey.has(end.segment) else { return nil }
    return try image(of: end.segment).groupHeader(at: end.offset).map {
      RecoveryReport.TornTail(position: end, length: $0.extent)
    }
  }

  /// Names what is wrong with the segments that the log still needs.
  private mutating func reportSegments() {
    for stranger in survey.strangers where stranger.number >= start.segment {
      note(stranger.number, "its file holds segment \(stranger.holds.rawValue)")
    }
    if start.segment != .none, !survey.has(start.segment) {
      note(start.segment, "the segment is missing or empty")
    }
    for segment in survey.segments where segment.number >= start.segment {
      if segment.header == nil {
        note(segment.number, "the segment's header is damaged", hidesEnd: false)
      }
      if segment.length < survey.superblock.segmentSize {
        note(
          segment.number, "the segment is cut off",
          range: segment.length..<survey.superblock.segmentSize)
      }
      guard let previous = segment.header?.previous, previous > start.segment,
        !survey.has(previous)
      else { continue }
      note(previous, "the segment is missing or empty")
    }
  }

  private mutating func note(
    _ segment: SegmentNumber, _ reason: String, range: Range<UInt64>? = nil,
    hidesEnd: Bool = true
  ) {
    report.damage.append(
      SalvageReport.Damage(file: .segment(segment.rawValue), range: range, reason: reason))
    if hidesEnd, segment >= end.segment { report.mayHaveGoneOn = true }
  }
}
