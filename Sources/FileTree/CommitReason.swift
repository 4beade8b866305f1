/// What asked for a commit; it decides who waits for the disk (D2) and who waits for the commit
/// (C3).
public enum CommitReason: Sendable {
  /// The opener closed its last descriptor (C2).
  case close
  /// `fsync`, `fdatasync` (C1): durable in every mode.
  case fsync
  /// The last descriptor anywhere went with something still staged (C3): later requests about the
  /// file wait.
  case release
}
