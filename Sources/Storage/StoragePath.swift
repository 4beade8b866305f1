/// The files that a store may have. The set is closed: no name from outside ever becomes a path.
public enum StoragePath: Hashable, Sendable {
  case superblock
  case segment(UInt64)
  case blob(UInt64)
  case checkpoint(UInt64)
  /// Space for the next checkpoint, renamed when it is whole.
  case checkpointDraft

  /// The directory that holds the file.
  public var directory: StorageDirectory {
    switch self {
    case .superblock: .root
    case .segment: .log
    case .blob: .content
    case .checkpoint, .checkpointDraft: .checkpoint
    }
  }

  /// The file's name in its directory.
  public var name: String {
    switch self {
    case .superblock: "superblock"
    case .segment(let number), .blob(let number), .checkpoint(let number): Self.digits(number)
    case .checkpointDraft: "draft"
    }
  }

  /// The file of this name in `directory`, or nil if a store has no such file.
  public init?(name: String, in directory: StorageDirectory) {
    switch (directory, name) {
    case (.root, "superblock"): self = .superblock
    case (.root, _): return nil
    case (.checkpoint, "draft"): self = .checkpointDraft
    default:
      guard let number = UInt64(name, radix: 16), number < Self.numberLimit,
        Self.digits(number) == name
      else { return nil }
      switch directory {
      case .log: self = .segment(number)
      case .content: self = .blob(number)
      case .checkpoint: self = .checkpoint(number)
      case .root: return nil
      }
    }
  }

  /// No file of a store has a number as high as this, so that there is always a next one.
  private static let numberLimit: UInt64 = 1 << 62

  private static func digits(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension StoragePath: CustomStringConvertible {
  public var description: String {
    switch directory {
    case .root: name
    case .log: "log/\(name)"
    case .content: "content/\(name)"
    case .checkpoint: "checkpoint/\(name)"
    }
  }
}
