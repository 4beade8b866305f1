import SystemPackage

/// A call to the disk that failed.
public struct StorageError: Error, Hashable, Sendable {
  /// What was tried.
  public enum Operation: String, Sendable {
    case list, open, create, rename, remove, flushDirectory, makeDirectory, space
    case read, write, flush, size, allocate, truncate, punch
  }

  public let operation: Operation
  /// The file or directory, relative to the store.
  public let path: String
  public let errno: Errno

  public init(_ operation: Operation, _ path: String, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }
}

extension StorageError {
  /// Whether the disk, or what the user may have of it, is full.
  public var isForWantOfRoom: Bool { errno == .noSpace || errno == .diskQuotaExceeded }
}

extension StorageError: CustomStringConvertible {
  public var description: String { "\(operation.rawValue) \(path): \(errno)" }
}
