import HashTreeCollections
import LogFormat

/// All files and names at one instant: a value, so that a checkpoint of it is one copy of a pointer
/// while changes go on.
///
/// What is published and what recovery replays pass through the same `apply`, so that a mounted
/// tree and a recovered one cannot differ (D1).
struct TreeState: Sendable {
  private(set) var nodes: TreeDictionary<Inode, Node> = [:]
  /// Larger than every inode number in use.
  private(set) var nextInode: UInt64 = Inode.root.rawValue + 1
  /// Nodes that lost a name in the commit being applied.
  private var unlinked: [Inode] = []

  init() {}

  subscript(inode: Inode) -> Node? { nodes[inode] }

  /// - Throws: `InconsistentRecord` if the record speaks of a file that does not exist.
  mutating func apply(_ record: Record) throws(InconsistentRecord) {
    switch record {
    case .create(let record): create(record)
    case .setAttributes(let record): try setAttributes(record)
    case .link(let record): try link(record)
    case .unlink(let record): try unlink(record)
    case .setContent, .relocate: throw InconsistentRecord("content outside of its own path")
    case .setExtendedAttribute(let record):
      let node = try existing(record.inode)
      nodes[record.inode] = node.setting(record.name, to: record.value, at: record.changed)
    case .removeExtendedAttribute(let record):
      let node = try existing(record.inode)
      nodes[record.inode] = node.setting(record.name, to: nil, at: record.changed)
    }
  }

  /// Ends a commit: what has no name left is no longer in the tree. Waiting for the end lets a
  /// rename unlink and link in any order.
  mutating func endCommit() {
    for inode in unlinked {
      guard let node = nodes[inode], node.attributes.names == 0 else { continue }
      nodes[inode] = nil
    }
    unlinked.removeAll(keepingCapacity: true)
  }

  /// Gives a file another version, or its version another content.
  mutating func setFile(_ file: FileBody, of inode: Inode) throws(InconsistentRecord) {
    guard let node = nodes[inode], case .file = node.body else {
      throw InconsistentRecord("content for inode \(inode.rawValue), which is no file")
    }
    nodes[inode] = node.with(.file(file))
  }

  /// Puts a node into the tree that no record tells of, or one that had to go; it has no name.
  mutating func insert(nameless node: Node) {
    nodes[node.inode] = node.changing { $0.names = 0 }
    nextInode = max(nextInode, node.inode.rawValue + 1)
  }

  /// - Throws: `InconsistentRecord` for a number that no file can have.
  mutating func reserveInodes(below next: UInt64) throws(InconsistentRecord) {
    guard next <= TreeCore.firstPrivateInode else {
      throw InconsistentRecord("file numbers up to \(next)")
    }
    nextInode = max(nextInode, next)
  }

  private mutating func create(_ record: CreateRecord) {
    let body: NodeBody =
      switch record.mode.fileType {
      case FileType.regular: .file(FileBody(Content()))
      case FileType.directory: .directory(Directory(parent: record.inode))
      case FileType.symlink: .symlink(target: record.symlinkTarget)
      default: .special
      }
    nodes[record.inode] = Node(NodeAttributes(record), body)
    nextInode = max(nextInode, record.inode.rawValue + 1)
  }

  private mutating func setAttributes(_ record: SetAttributesRecord) throws(InconsistentRecord) {
    let node = try existing(record.inode)
    nodes[record.inode] = node.changing { attributes in
      if let mode = record.mode {
        attributes.mode = attributes.mode.fileType | (mode & FileType.permissions)
        attributes.extended.follow(mode)
      }
      attributes.uid = record.uid ?? attributes.uid
      attributes.gid = record.gid ?? attributes.gid
      attributes.accessed = record.accessed ?? attributes.accessed
      attributes.modified = record.modified ?? attributes.modified
      attributes.changed = record.changed ?? attributes.changed
    }
  }

  private mutating func link(_ record: LinkRecord) throws(InconsistentRecord) {
    var directory = try existingDirectory(record.parent)
    let child = try existing(record.inode)
    let previous = directory.entries.updateValue(record.inode, forKey: record.name)
    if case .directory(var body) = child.body {
      body.parent = record.parent
      nodes[record.inode] = named(child.with(.directory(body)), by: 1, at: record.time)
      directory.subdirectories += 1
    } else {
      nodes[record.inode] = named(child, by: 1, at: record.time)
    }
    if let previous { detach(previous, from: &directory, at: record.time) }
    put(directory, at: record.parent, time: record.time)
  }

  private mutating func unlink(_ record: UnlinkRecord) throws(InconsistentRecord) {
    var directory = try existingDirectory(record.parent)
    guard let inode = directory.entries.removeValue(forKey: record.name) else {
      throw InconsistentRecord(
        "unlink of a name that inode \(record.parent.rawValue) does not have")
    }
    detach(inode, from: &directory, at: record.time)
    put(directory, at: record.parent, time: record.time)
  }

  /// `inode` has one name less, in `directory`.
  private mutating func detach(
    _ inode: Inode, from directory: inout Directory, at time: Timestamp?
  ) {
    guard let node = nodes[inode] else { return }
    if node.directory != nil, directory.subdirectories > 0 { directory.subdirectories -= 1 }
    nodes[inode] = named(node, by: -1, at: time)
    unlinked.append(inode)
  }

  private func named(_ node: Node, by difference: Int32, at time: Timestamp?) -> Node {
    node.changing { attributes in
      attributes.names = UInt32(max(0, Int32(attributes.names) + difference))
      if let time { attributes.changed = max(attributes.changed, time) }
    }
  }

  /// A publication takes its time when it is put into the order, and may be applied after a change
  /// that came later: the times of a directory never go back.
  private mutating func put(_ directory: Directory, at inode: Inode, time: Timestamp?) {
    guard let node = nodes[inode] else { return }
    let changed = node.with(.directory(directory))
    guard let time, time >= node.attributes.changed else {
      nodes[inode] = changed
      return
    }
    nodes[inode] = changed.changing { attributes in
      attributes.modified = time
      attributes.changed = time
    }
  }

  private func existing(_ inode: Inode) throws(InconsistentRecord) -> Node {
    guard let node = nodes[inode] else {
      throw InconsistentRecord("inode \(inode.rawValue) does not exist")
    }
    return node
  }

  private func existingDirectory(_ inode: Inode) throws(InconsistentRecord) -> Directory {
    guard let directory = nodes[inode]?.directory else {
      throw InconsistentRecord("inode \(inode.rawValue) is not a directory")
    }
    return directory
  }
}

/// A record that does not fit the state it is applied to; a sound log has none.
struct InconsistentRecord: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
