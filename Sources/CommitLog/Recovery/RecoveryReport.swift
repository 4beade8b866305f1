import LogFormat

/// What was found when the store was opened.
public struct RecoveryReport: Hashable, Sendable {
  /// The checkpoint that was used; nil if there was none.
  public var checkpoint: CommitSequence?
  /// The words that the checkpoint carried for the layer above; empty without one.
  public var checkpointState: [UInt64] = []
  /// Checkpoints that could not be used, newest first, and why.
  public var damagedCheckpoints: [DamagedCheckpoint] = []
  /// Commits that were replayed after the checkpoint.
  public var commitsReplayed: UInt64 = 0
  /// The last commit of the log.
  public var last = CommitSequence.zero
  /// What a power cut left behind the last commit and was cut off (F2).
  public var tornTail: TornTail?

  public init() {}

  /// A checkpoint that could not be used.
  public struct DamagedCheckpoint: Hashable, Sendable {
    public var sequence: CommitSequence
    /// For people.
    public var reason: String
  }

  /// Bytes of a group that was being written when the power went.
  public struct TornTail: Hashable, Sendable {
    public var position: LogPosition
    /// How long the group was to be; of a group whose header is not readable, one block.
    public var length: UInt64
  }
}
