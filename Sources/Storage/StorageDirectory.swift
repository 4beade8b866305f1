/// The directories of a store.
public enum StorageDirectory: Hashable, Sendable, CaseIterable {
  case root, log, content, checkpoint
}
