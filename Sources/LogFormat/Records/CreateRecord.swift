/// A file, directory or other node comes to be; it has no name until a ``LinkRecord`` gives one.
public struct CreateRecord: Hashable, Sendable {
  public var inode: Inode
  /// File type (`S_IFMT`) and permission bits.
  public var mode: UInt32
  public var uid: UInt32
  public var gid: UInt32
  /// For device nodes, as `mknod` has it; else 0.
  public var rdev: UInt64
  public var accessed: Timestamp
  public var modified: Timestamp
  public var changed: Timestamp
  public var created: Timestamp
  /// For symbolic links; else empty.
  public var symlinkTarget: [UInt8]

  public init(
    inode: Inode, mode: UInt32, uid: UInt32, gid: UInt32, rdev: UInt64, accessed: Timestamp,
    modified: Timestamp, changed: Timestamp, created: Timestamp, symlinkTarget: [UInt8]
  ) {
    self.inode = inode
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.rdev = rdev
    self.accessed = accessed
    self.modified = modified
    self.changed = changed
    self.created = created
    self.symlinkTarget = symlinkTarget
  }
}

extension CreateRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(inode)
    writer.integer(mode)
    writer.integer(uid)
    writer.integer(gid)
    writer.integer(rdev)
    for time in [accessed, modified, changed, created] { writer.timestamp(time) }
    writer.integer(UInt32(symlinkTarget.count))
    writer.array(symlinkTarget)
    return 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags == 0 else { throw reader.malformed("flags") }
    inode = try reader.inode()
    mode = try reader.integer()
    uid = try reader.integer()
    gid = try reader.integer()
    rdev = try reader.integer()
    accessed = try reader.timestamp()
    modified = try reader.timestamp()
    changed = try reader.timestamp()
    created = try reader.timestamp()
    symlinkTarget = try reader.array(UInt64(reader.integer(UInt32.self)))
  }
}
