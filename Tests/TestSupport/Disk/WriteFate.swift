/// What a disk makes of a write that it reports as done. The page cache shows it as it should be.
public enum WriteFate: Hashable, Sendable {
  case done
  /// The bytes are nowhere.
  case lost
  /// The bytes are so many bytes away from where they belong; at the file's beginning if that is
  /// before it.
  case misplaced(by: Int)
}
