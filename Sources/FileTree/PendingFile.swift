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

  /// The same with what its creators have changed since.
  var stagedAttributes: Attributes {
    var attributes = attributes
    for staging in stagings {
      staging.status.withLock { $0.change.apply(to: &attributes, at: creation.changed) }
    }
    return attributes
  }

  /// Somebody has published it: to others who share what they create it is a file like any other,
  /// which they update (W2).
  func isThere() {
    for staging in stagings where staging.isShared {
      staging.status.withLock { $0.isPublished = true }
    }
  }

  /// What `stat` says of it, without its content.
  var attributes: Attributes {
    Node(NodeAttributes(creation), .special(rdev: creation.rdev)).statAttributes
  }
}
