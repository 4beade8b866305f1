import CommitLog
import LogFormat

/// Takes in the log's history, and says what each commit did. What a file is called that got its
/// name in a part of the log that has been recycled, it knows from the checkpoint.
struct CommitHistory: LogRecovery {
  /// How many of the newest commits to keep; `nil` for all.
  let limit: Int?
  private var names = NameIndex()
  private var kept: [CommitSummary] = []

  init(limit: Int?) { self.limit = limit }

  /// Oldest first.
  var commits: ArraySlice<CommitSummary> { kept.suffix(limit ?? kept.count) }

  mutating func restore(_ record: Record) throws {
    if case .link(let link) = record { names.link(link) }
  }

  mutating func replay(_ commit: RecoveredCommit) throws {
    var narration = CommitNarration(names: names)
    // The index is large: with one owner it is changed in place.
    names = NameIndex()
    for record in commit.records { narration.add(record) }
    let changes = narration.changes()
    names = narration.names
    kept.append(
      CommitSummary(
        commit: commit.sequence.rawValue, time: commit.time.iso8601, bytes: commit.contentLength,
        changes: changes))
    // Drops what is beyond the limit now and then, not each time: that would be quadratic.
    if let limit, kept.count > 2 * limit + 1024 { kept = Array(kept.suffix(limit)) }
  }
}
