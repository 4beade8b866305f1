/// A name comes to lead to a node; a name that was there before leads there no more.
public struct LinkRecord: Hashable, Sendable {
  public var parent: Inode
  public var name: Name
  public var inode: Inode
  /// Becomes the parent's modification and change time and the node's change time. Nil, in
  /// checkpoints: touches no times.
  public var time: Timestamp?

  public init(parent: Inode, name: Name, inode: Inode, time: Timestamp?) {
    self.parent = parent
    self.name = name
    self.inode = inode
    self.time = time
  }
}

extension LinkRecord: RecordBody {
  /// <doc:Records>, "Link".
  private static let timeFlag: UInt16 = 1

  func encode(into writer: inout ByteWriter) -> UInt16 {
    writer.inode(parent)
    writer.inode(inode)
    if let time { writer.timestamp(time) }
    writer.name(name)
    return time == nil ? 0 : Self.timeFlag
  }

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError) {
    guard flags & ~Self.timeFlag == 0 else { throw reader.malformed("flags") }
    parent = try reader.inode()
    inode = try reader.inode()
    time = flags & Self.timeFlag != 0 ? try reader.timestamp() : nil
    name = try reader.name()
  }
}
