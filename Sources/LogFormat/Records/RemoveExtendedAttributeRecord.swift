/// An extended attribute goes.
public struct RemoveExtendedAttributeRecord: Hashable, Sendable {
  public var inode: Inode
  /// The whole name, namespace included.
  public var name: [UInt8]
  /// Becomes the node's change time.
  public var changed: Timestamp

  public init(inode: Inode, name: [UInt8], changed: Timestamp) {
    self.inode = inode
    self.name = name
    self.changed = changed
  }
}

extension RemoveExtendedAttributeRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(inode)
    writer.timestamp(changed)
    writer.integer(UInt16(name.count))
    writer.array(name)
    return 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags == 0 else { throw reader.malformed("flags") }
    inode = try reader.inode()
    changed = try reader.timestamp()
    name = try reader.array(UInt64(reader.integer(UInt16.self)))
  }
}
