import LogFormat

/// What takes in what is left of a damaged log. Records may speak of what is not there.
public protocol SalvageRecovery: LogRecovery {
  /// These commits come next, and nothing is known of them.
  mutating func miss(_ commits: ClosedRange<CommitSequence>)
  /// The next commit, as far as one may believe bytes that fail their checksum.
  mutating func replay(unproven commit: RecoveredCommit)
}
