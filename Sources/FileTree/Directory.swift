import HashTreeCollections
import LogFormat

/// The names of a directory: a persistent map, so that a listing or a checkpoint of it costs
/// nothing.
struct Directory: Sendable {
  var parent: Inode
  var entries: TreeDictionary<Name, Inode> = [:]
  /// Each subdirectory's `..` is a link to this directory, as on ext4.
  var subdirectories: UInt32 = 0
}
