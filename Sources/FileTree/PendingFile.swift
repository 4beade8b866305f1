import LogFormat

/// A file whose first version was not published yet (N1). Guarded by the tree's lock.
final class PendingFile: @unchecked Sendable {
  let inode: Inode
  let creation: CreateRecord
  /// What it has by its directory's default ACL.
  let extended: ExtendedAttributes
  /// The name that is reserved for it; nil once it was unlinked or replaced: then its content is
  /// nobody's.
  var key: EntryKey?
  /// Everybody who creates it, each with content of its own.
  var stagings: [Staging] = []
  /// Its first publication has its place in the order.
  var isSequenced = false

  init(creation: CreateRecord, extended: ExtendedAttributes, key: EntryKey) {
    inode = creation.inode
    self.extended = extended
    self.creation = creation
    self.key = key
  }

  /// What `stat` says of it, without its content.
  var attributes: Attributes {
    Node(NodeAttributes(creation), .special(rdev: creation.rdev)).statAttributes
  }
}
