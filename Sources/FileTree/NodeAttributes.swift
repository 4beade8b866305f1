import LogFormat

/// The attributes that a node carries itself; size and space come from its body.
struct NodeAttributes: Sendable {
  var inode: Inode
  var mode: UInt32
  /// Names that lead here. A directory's link count as `stat` tells it is worked out from its body.
  var names: UInt32
  var uid: UInt32
  var gid: UInt32
  private var times: Times
  var extended = ExtendedAttributes()

  init(_ record: CreateRecord) {
    inode = record.inode
    mode = record.mode
    names = 0
    uid = record.uid
    gid = record.gid
    times = Times(record)
  }
}

extension NodeAttributes {
  var accessed: Timestamp {
    get { times.accessed }
    set { times.accessed = newValue }
  }

  var modified: Timestamp {
    get { times.modified }
    set { times.modified = newValue }
  }

  var changed: Timestamp {
    get { times.changed }
    set { times.changed = newValue }
  }

  var created: Timestamp { times.created }
}

extension NodeAttributes {
  mutating func set(_ record: SetAttributesRecord) {
    if let mode = record.mode {
      self.mode = self.mode.fileType | (mode & FileType.permissions)
      extended.follow(mode)
    }
    uid = record.uid ?? uid
    gid = record.gid ?? gid
    accessed = record.accessed ?? accessed
    modified = record.modified ?? modified
    changed = record.changed ?? changed
  }

  /// The node got a name, or lost one.
  mutating func addNames(_ difference: Int32, at time: Timestamp?) {
    names = UInt32(max(0, Int32(names) + difference))
    if let time { changed = max(changed, time) }
  }
}

/// Four times without the gaps that there would be between them.
private struct Times: Sendable {
  private var seconds: (Int64, Int64, Int64, Int64)
  private var nanoseconds: (UInt32, UInt32, UInt32, UInt32)

  init(_ record: CreateRecord) {
    seconds = (
      record.accessed.seconds, record.modified.seconds, record.changed.seconds,
      record.created.seconds
    )
    nanoseconds = (
      record.accessed.nanoseconds, record.modified.nanoseconds, record.changed.nanoseconds,
      record.created.nanoseconds
    )
  }

  var accessed: Timestamp {
    get { Timestamp(seconds: seconds.0, nanoseconds: nanoseconds.0) }
    set { (seconds.0, nanoseconds.0) = (newValue.seconds, newValue.nanoseconds) }
  }

  var modified: Timestamp {
    get { Timestamp(seconds: seconds.1, nanoseconds: nanoseconds.1) }
    set { (seconds.1, nanoseconds.1) = (newValue.seconds, newValue.nanoseconds) }
  }

  var changed: Timestamp {
    get { Timestamp(seconds: seconds.2, nanoseconds: nanoseconds.2) }
    set { (seconds.2, nanoseconds.2) = (newValue.seconds, newValue.nanoseconds) }
  }

  var created: Timestamp {
    get { Timestamp(seconds: seconds.3, nanoseconds: nanoseconds.3) }
    set { (seconds.3, nanoseconds.3) = (newValue.seconds, newValue.nanoseconds) }
  }
}
