import LogFormat

/// A group of a damaged log, with those of its commits that count.
struct FoundGroup {
  let header: GroupHeader
  /// The last commit that counts; what the group holds behind it was written once more elsewhere.
  var last: CommitSequence

  init(_ header: GroupHeader) {
    self.header = header
    last = CommitSequence(
      rawValue: header.firstSequence.rawValue + UInt64(header.commitCount) - 1)
  }

  /// Where the next group stands.
  var end: LogPosition { header.position.advanced(by: header.extent) }
}

extension StoreSurvey {
  /// The groups that are part of the log, in its order.
  ///
  /// After a write or flush that failed the log goes on in another segment, of a higher number,
  /// and may give the same sequences out again (F1): of two groups the one in the higher segment
  /// counts.
  var selectedGroups: [FoundGroup] {
    var selected: [FoundGroup] = []
    for segment in segments {
      let first = segment.header?.firstSequence ?? segment.groups.first?.firstSequence
      if let first { selected.cut(at: first) }
      let end = ends[segment.number] ?? .max
      for group in segment.groups where group.position.offset < end {
        selected.cut(at: group.firstSequence)
        selected.append(FoundGroup(group))
      }
    }
    return selected
  }

  /// The last commit that something bears witness to, found or not.
  var lastKnown: CommitSequence {
    // A segment begins where the one before it was known to end.
    let headers = segments.compactMap(\.header).map { max($0.firstSequence.rawValue, 1) - 1 }
    let names = checkpoints.filter { $0.path != .checkpointDraft }.map(\.through.rawValue)
    return CommitSequence(rawValue: (headers + names).max() ?? 0)
  }
}

extension [FoundGroup] {
  /// Leaves out every commit from `sequence` on.
  fileprivate mutating func cut(at sequence: CommitSequence) {
    while let group = last, group.header.firstSequence >= sequence { removeLast() }
    if let group = last, group.last >= sequence {
      self[count - 1].last = CommitSequence(rawValue: sequence.rawValue - 1)
    }
  }
}
