/// A name goes. A node without names at the end of a commit is dropped.
public struct UnlinkRecord: Hashable, Sendable {
  public var parent: Inode
  public var name: Name
  /// Becomes the parent's modification and change time and the node's change time.
  public var time: Timestamp

  public init(parent: Inode, name: Name, time: Timestamp) {
    self.parent = parent
    self.name = name
    self.time = time
  }
}

extension UnlinkRecord: RecordBody {
  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(parent)
    writer.timestamp(time)
    writer.name(name)
    return 0
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags == 0 else { throw reader.malformed("flags") }
    parent = try reader.inode()
    time = try reader.timestamp()
    name = try reader.name()
  }
}
