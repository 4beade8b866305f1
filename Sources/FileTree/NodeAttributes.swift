import LogFormat

/// The attributes that a node carries itself; size and space come from its body.
struct NodeAttributes: Sendable {
  var inode: Inode
  var mode: UInt32
  /// Names that lead here. A directory's link count as `stat` tells it is worked out from its body.
  var names: UInt32
  var uid: UInt32
  var gid: UInt32
  var rdev: UInt64
  var accessed: Timestamp
  var modified: Timestamp
  var changed: Timestamp
  var created: Timestamp
  var extended = ExtendedAttributes()

  init(_ record: CreateRecord) {
    inode = record.inode
    mode = record.mode
    names = 0
    uid = record.uid
    gid = record.gid
    rdev = record.rdev
    accessed = record.accessed
    modified = record.modified
    changed = record.changed
    created = record.created
  }
}
