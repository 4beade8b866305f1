/// Where stored content begins.
public enum ContentLocation: Hashable, Sendable {
  /// In the content section of a commit in the log.
  case log(LogPosition)
  /// In a file of its own, `offset` bytes from its beginning.
  case blob(BlobNumber, offset: UInt64)
}
