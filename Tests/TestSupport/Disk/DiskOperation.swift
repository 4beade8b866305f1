import Storage

/// A call that reaches the disk, for those who want it to fail.
public struct DiskOperation: Sendable {
  public var kind: StorageError.Operation
  /// The file; nil for calls on directories.
  public var path: StoragePath?
  /// Counts the calls that change something, from 0.
  public var index: Int
}
