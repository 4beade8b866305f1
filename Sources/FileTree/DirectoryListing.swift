import LogFormat

/// A directory at one instant. It stays as it was while the directory changes, so an index is a
/// stable place to go on reading from.
public struct DirectoryListing: Sendable {
  /// A name and what it led to.
  public struct Entry: Sendable {
    public var name: Name
    public var inode: Inode
    /// Only the type bits are sure to be current.
    public var mode: UInt32
  }

  public let parent: Inode
  private let entries: [Entry]

  init(parent: Inode, entries: [Entry]) {
    self.parent = parent
    self.entries = entries
  }

  public var count: Int { entries.count }
  public subscript(index: Int) -> Entry { entries[index] }
}
