import LogFormat

/// A file of a damaged store that is not, or not surely, what it was.
public struct FileLoss: Sendable {
  /// What has become of it.
  public enum Reason: Hashable, Sendable {
    /// Ranges of it cannot be read, or fail their checksums.
    case damaged
    /// The commit that wrote the content fails its checksum: what it says is likely, not proven.
    case unproven(CommitSequence)
    /// It was written on after commits that are lost, which may have changed it, too: what is there
    /// may be a mixture.
    case mixed(CommitSequence)
    /// A name is left, and no content.
    case gone
    /// The content is sound; what the file was called is lost.
    case nameless
    /// The content is sound; its last name went after commits were lost, one of which may have
    /// given it another.
    case unlinked
    /// Content and whereabouts are sound; a commit that fails its checksum has changed the name or
    /// the attributes.
    case attributes(CommitSequence)
  }

  /// From the root of the tree, without a leading slash; bytes, as names are. Empty if no name is
  /// known.
  public var paths: [[UInt8]]
  public var inode: Inode
  public var reason: Reason
  /// What cannot be read, in bytes of the file.
  public var ranges: [Range<UInt64>] = []
  /// Where what is left of it has been put, or would be; nil if nothing is left.
  public var place: [UInt8]?
  /// Where the newest version before it has been put, or would be, that is whole and proven; nil if
  /// the log has none any more.
  public var earlier: [UInt8]?
}
