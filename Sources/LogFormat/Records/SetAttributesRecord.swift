/// Attributes of a node change; what is nil stays.
public struct SetAttributesRecord: Hashable, Sendable {
  public var inode: Inode
  /// File type and permission bits, as in ``CreateRecord``.
  public var mode: UInt32?
  public var uid: UInt32?
  public var gid: UInt32?
  public var accessed: Timestamp?
  public var modified: Timestamp?
  public var changed: Timestamp?

  public init(
    inode: Inode, mode: UInt32? = nil, uid: UInt32? = nil, gid: UInt32? = nil,
    accessed: Timestamp? = nil, modified: Timestamp? = nil, changed: Timestamp? = nil
  ) {
    self.inode = inode
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.accessed = accessed
    self.modified = modified
    self.changed = changed
  }
}

extension SetAttributesRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(inode)
    var mask: UInt16 = 0
    for (bit, number) in [mode, uid, gid].enumerated() {
      guard let number else { continue }
      mask |= 1 << bit
      writer.integer(number)
    }
    for (bit, time) in [accessed, modified, changed].enumerated() {
      guard let time else { continue }
      mask |= 1 << (bit + 3)
      writer.timestamp(time)
    }
    return mask
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags < 1 << 6 else { throw reader.malformed("flags") }
    inode = try reader.inode()
    mode = flags & 1 != 0 ? try reader.integer() : nil
    uid = flags & 2 != 0 ? try reader.integer() : nil
    gid = flags & 4 != 0 ? try reader.integer() : nil
    accessed = flags & 8 != 0 ? try reader.timestamp() : nil
    modified = flags & 16 != 0 ? try reader.timestamp() : nil
    changed = flags & 32 != 0 ? try reader.timestamp() : nil
  }
}
