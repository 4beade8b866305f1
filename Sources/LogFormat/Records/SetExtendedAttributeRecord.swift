/// An extended attribute gets a value.
public struct SetExtendedAttributeRecord: Hashable, Sendable {
  public var inode: Inode
  /// The whole name, namespace included.
  public var name: [UInt8]
  public var value: [UInt8]
  /// Becomes the node's change time.
  public var changed: Timestamp

  public init(inode: Inode, name: [UInt8], value: [UInt8], changed: Timestamp) {
    self.inode = inode
    self.name = name
    self.value = value
    self.changed = changed
  }
}

extension SetExtendedAttributeRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(inode)
    writer.timestamp(changed)
    writer.integer(UInt16(name.count))
    writer.array(name)
    writer.integer(UInt32(value.count))
    writer.array(value)
    return 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags == 0 else { throw reader.malformed("flags") }
    inode = try reader.inode()
    changed = try reader.timestamp()
    name = try reader.array(UInt64(reader.integer(UInt16.self)))
    value = try reader.array(UInt64(reader.integer(UInt32.self)))
  }
}
