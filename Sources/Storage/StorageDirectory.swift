/// The directories of a store.
public enum StorageDirectory: Hashable, Sendable, CaseIterable {
  case root, log, content, checkpoint

  /// The directory's name, relative to the store.
  public var name: String {
    switch self {
    case .root: "."
    case .log: "log"
    case .content: "content"
    case .checkpoint: "checkpoint"
    }
  }
}
