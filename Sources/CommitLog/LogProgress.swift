import LogFormat
import SystemPackage

/// Is told how far the log has come, always on the committer's thread, between the completions of
/// one group and the next. What it is told there it has to be done with before it returns, and must
/// not wait for the log.
public struct LogProgress: Sendable {
  /// Everything through this sequence is durable, and its completions have been called.
  public var reached: @Sendable (CommitSequence) -> Void
  /// The log has failed (F1): nothing behind this sequence will ever be durable. Called once, after
  /// the completions of all that is durable and before those of anything that is lost.
  public var failed: @Sendable (_ durable: CommitSequence, _ errno: Errno) -> Void
  /// The log has gone on to another segment: there may be work for the background.
  public var segmentFilled: @Sendable () -> Void

  public init(
    reached: @escaping @Sendable (CommitSequence) -> Void,
    failed: @escaping @Sendable (_ durable: CommitSequence, _ errno: Errno) -> Void,
    segmentFilled: @escaping @Sendable () -> Void = {}
  ) {
    self.reached = reached
    self.failed = failed
    self.segmentFilled = segmentFilled
  }
}
