import LogFormat

/// What takes in the log's records when a store is opened, in order: those of a checkpoint first,
/// then the commits after it.
public protocol LogRecovery {
  /// A record of the checkpoint.
  mutating func restore(_ record: Record) throws
  /// The next commit of the log.
  mutating func replay(_ commit: RecoveredCommit) throws
}
