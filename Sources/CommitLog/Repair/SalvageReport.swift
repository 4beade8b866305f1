import LogFormat
import Storage

/// What reading a damaged store for repair has shown of its log and its checkpoints. Files are the
/// business of the layer above.
public struct SalvageReport: Hashable, Sendable {
  /// A place in the store that is not as the format says.
  public struct Damage: Hashable, Sendable {
    public var file: StoragePath
    /// Bytes of the file; nil if it is about the file as a whole.
    public var range: Range<UInt64>?
    /// For people.
    public var reason: String

    init(file: StoragePath, range: Range<UInt64>? = nil, reason: String) {
      self.file = file
      self.range = range
      self.reason = reason
    }
  }

  /// In the order of the files.
  public var damage: [Damage] = []
  /// The checkpoint that the tree is built on; nil if there was none to use.
  public var checkpoint: CommitSequence?
  /// Not all of its records could be read.
  public var isCheckpointPartial = false
  /// Commits of which nothing is left, in ascending order.
  public var lost: [ClosedRange<CommitSequence>] = []
  /// Commits that can be read and fail their checksum, in ascending order: what they say is likely
  /// and not proven.
  public var unproven: [ClosedRange<CommitSequence>] = []
  /// Commits that were applied after the checkpoint.
  public var commitsReplayed: UInt64 = 0
  /// The last commit that was found.
  public var last = CommitSequence.zero
  /// Segments are missing or cut off where the log seems to end: it may have gone on there.
  public var mayHaveGoneOn = false
  /// What a power cut left behind the last commit: no damage.
  public var tornTail: RecoveryReport.TornTail?

  public init() {}

  /// Nothing that the newest state of the tree depends on is missing.
  public var isComplete: Bool {
    lost.isEmpty && unproven.isEmpty && !isCheckpointPartial && !mayHaveGoneOn
  }
}
