import LogFormat

/// A name in a directory.
struct EntryKey: Hashable, Sendable {
  var directory: Inode
  var name: Name
}
