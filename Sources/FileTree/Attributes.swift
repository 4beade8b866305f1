import LogFormat

/// What `stat` tells of a file, in the terms of `stat(2)`.
public struct Attributes: Equatable, Sendable {
  public var inode: Inode
  /// Permission bits together with the file type (`S_IFMT`).
  public var mode: UInt32
  public var links: UInt32
  public var uid: UInt32
  public var gid: UInt32
  /// Device number of a device node, 0 otherwise.
  public var rdev: UInt64
  /// Bytes.
  public var size: UInt64
  /// Space used, in units of 512 bytes.
  public var blocks512: UInt64
  public var accessed: Timestamp
  public var modified: Timestamp
  public var changed: Timestamp
  public var created: Timestamp

  public init(
    inode: Inode, mode: UInt32, links: UInt32, uid: UInt32, gid: UInt32, rdev: UInt64,
    size: UInt64, blocks512: UInt64, accessed: Timestamp, modified: Timestamp,
    changed: Timestamp, created: Timestamp
  ) {
    self.inode = inode
    self.mode = mode
    self.links = links
    self.uid = uid
    self.gid = gid
    self.rdev = rdev
    self.size = size
    self.blocks512 = blocks512
    self.accessed = accessed
    self.modified = modified
    self.changed = changed
    self.created = created
  }
}
