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
  /// A `write` to the end of the file, a commit of its own (W3).
  case append
  /// A lock was released, whose next holder must see what was written under it (C6).
  case unlock

  /// Whether the commit is published as soon as it has its place in the order, not when it is
  /// durable (D2).
  func isPublishedAhead(_ mode: DurabilityMode) -> Bool {
    switch self {
    case .append, .unlock: true
    case .close, .release: mode == .fsync
    case .fsync: false
    }
  }
}
