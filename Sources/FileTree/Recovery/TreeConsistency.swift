import LogFormat

/// Holds what recovery reads against what a tree can be: each number is one file's, a directory has
/// one name and lies in no circle, and only an empty one goes. Without that, names would be left
/// that lead nowhere, and walks without an end.
///
/// Numbers of names and the like follow from it, so that nothing that was recovered can break a
/// later change.
struct TreeConsistency {
  /// Nodes to which the commit being replayed gave a name, or from which it took one.
  private var touched: Set<Inode> = []

  /// - Parameter state: as it is before the record.
  /// - Throws: `InconsistentRecord`.
  func check(_ record: Record, before state: TreeState) throws(InconsistentRecord) {
    switch record {
    case .create(let record):
      guard state[record.inode] == nil else {
        throw InconsistentRecord("inode \(record.inode.rawValue) is created again")
      }
    case .link(let record):
      guard record.inode != .root else { throw InconsistentRecord("a name for the root") }
      guard record.inode != record.parent else {
        throw InconsistentRecord("directory \(record.inode.rawValue) lies in itself")
      }
    case .unlink, .setAttributes, .setContent, .relocate, .setExtendedAttribute,
      .removeExtendedAttribute:
      break
    }
  }

  /// Remembers what ``checkCommit(_:)`` has to look at because of the record.
  /// - Parameter state: as it is before the record.
  mutating func note(_ record: Record, before state: TreeState) {
    switch record {
    case .link(let record):
      touch(record.name, in: record.parent, state)
      touched.insert(record.inode)
    case .unlink(let record):
      touch(record.name, in: record.parent, state)
    default: break
    }
  }

  private mutating func touch(_ name: Name, in directory: Inode, _ state: TreeState) {
    if let inode = state.entry(name, in: directory) { touched.insert(inode) }
  }

  /// - Parameter state: as it is after the commit's last record, with the nodes that go.
  /// - Throws: `InconsistentRecord`.
  mutating func checkCommit(_ state: TreeState) throws(InconsistentRecord) {
    var rooted: Set<Inode> = []
    for inode in touched {
      guard let node = state[inode], let directory = node.directory else { continue }
      try check(directory, named: node.attributes.names, inode)
      // One without names in it is above nothing.
      if !directory.entries.isEmpty { try walkUp(from: inode, state, passing: &rooted) }
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// The same for all of a tree, as a checkpoint has it.
  /// - Throws: `InconsistentRecord`.
  func checkAll(_ state: TreeState) throws(InconsistentRecord) {
    var rooted: Set<Inode> = []
    for node in state.nodes {
      guard let directory = node.directory else { continue }
      try check(directory, named: node.attributes.names, node.inode)
      try walkUp(from: node.inode, state, passing: &rooted)
    }
  }

  private func check(
    _ directory: Directory, named count: UInt32, _ inode: Inode
  ) throws(InconsistentRecord) {
    guard count <= 1 else {
      throw InconsistentRecord("directory \(inode.rawValue) has \(count) names")
    }
    guard count == 1 || inode == .root || directory.entries.isEmpty else {
      throw InconsistentRecord("directory \(inode.rawValue) goes and is not empty")
    }
  }

  /// Follows the directories above one up to the root.
  /// - Parameter rooted: those that are known to lead there, and from now on those on this way.
  private func walkUp(
    from inode: Inode, _ state: TreeState, passing rooted: inout Set<Inode>
  ) throws(InconsistentRecord) {
    var passed: Set<Inode> = []
    var next = inode
    while next != .root, !rooted.contains(next), let node = state[next],
      let directory = node.directory
    {
      guard passed.insert(next).inserted else {
        throw InconsistentRecord("directory \(inode.rawValue) lies in itself")
      }
      // What has no name lies nowhere.
      if node.attributes.names == 0 { break }
      next = directory.parent
    }
    rooted.formUnion(passed)
  }
}
