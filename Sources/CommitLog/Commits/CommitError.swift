import SystemPackage

/// Why a commit was not made.
public enum CommitError: Error, Hashable, Sendable {
  /// The disk has no room for it (F4).
  case noSpace
  /// The log takes no changes: opened for reading, closed, or unsound after a failure (F1).
  case readOnly
  /// Writing or flushing its group failed; it will never be published (F1).
  case io(Errno)
  /// It does not fit into a segment.
  case tooLarge
}
