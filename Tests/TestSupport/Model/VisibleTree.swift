import LogFormat

/// What all paths of a tree show: what a program finds that walks it.
public struct VisibleTree: Equatable, Sendable {
  /// What one path shows.
  public struct Entry: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
      case directory
      case symlink(target: String)
      case file(size: Int, checksum: UInt64)
      /// A file that cannot be read, or not all of it.
      case damaged
    }

    public var kind: Kind
    /// Permission bits.
    public var mode: UInt32
    /// The value of the one extended attribute that steps set.
    public var attribute: UInt8?
    /// The first of the paths, in their order, that lead to the same file.
    public var sameAs: String

    public init(kind: Kind, mode: UInt32, attribute: UInt8?, sameAs: String) {
      self.kind = kind
      self.mode = mode
      self.attribute = attribute
      self.sameAs = sameAs
    }
  }

  /// By path from the root.
  public var entries: [String: Entry] = [:]

  public init() {}

  /// The extended attribute that steps set.
  public static let attributeName = "user.model"
}

extension VisibleTree {
  /// Whether this is `other`, as far as it can be read.
  public func isReadable(partOf other: VisibleTree) -> Bool {
    entries.count == other.entries.count
      && entries.allSatisfy { path, entry in
        var expected = other.entries[path]
        if entry.kind == .damaged { expected?.kind = .damaged }
        return entry == expected
      }
  }
}

extension VisibleTree.Entry.Kind {
  /// A file with this content.
  public static func file(_ bytes: [UInt8]) -> Self {
    .file(size: bytes.count, checksum: bytes.withUnsafeBytes { Checksum.of($0) })
  }
}

extension VisibleTree: CustomStringConvertible {
  public var description: String {
    entries.sorted { $0.key < $1.key }.map { path, entry in
      "\(path): \(entry.kind), \(String(entry.mode, radix: 8)), "
        + "\(entry.attribute.map(String.init) ?? "-"), = \(entry.sameAs)"
    }.joined(separator: "\n")
  }
}
