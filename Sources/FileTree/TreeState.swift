import LogFormat

/// All files and names at one instant: a value, so that a checkpoint of it is one copy of a pointer
/// while changes go on.
///
/// What is published and what recovery replays pass through the same `apply`, so that a mounted
/// tree and a recovered one cannot differ (D1).
struct TreeState: Sendable {
  private(set) var nodes = NodeMap()
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
    let isFile = nodes.change(inode) { node in
      guard case .file = node.body else { return false }
      node.body = .file(file)
      return true
    }
    guard isFile == true else {
      throw InconsistentRecord("content for inode \(inode.rawValue), which is no file")
    }
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
      default: .special(rdev: record.rdev)
      }
    nodes[record.inode] = Node(NodeAttributes(record), body)
    nextInode = max(nextInode, record.inode.rawValue + 1)
  }

  private mutating func setAttributes(_ record: SetAttributesRecord) throws(InconsistentRecord) {
    let isChanged: Void? = nodes.change(record.inode) { $0.attributes.set(record) }
    guard isChanged != nil else { throw missing(record.inode) }
  }

  private mutating func link(_ record: LinkRecord) throws(InconsistentRecord) {
    try checkDirectory(record.parent)
    let isDirectory = nodes.change(record.inode) { child in
      child.attributes.addNames(1, at: record.time)
      guard case .directory(var directory) = child.body else { return false }
      directory.parent = record.parent
      child.body = .directory(directory)
      return true
    }
    guard let isDirectory else { throw missing(record.inode) }
    let previous = changeDirectory(record.parent, at: record.time) { directory in
      if isDirectory { directory.subdirectories += 1 }
      return directory.entries.updateValue(record.inode, forKey: record.name)
    }
    if let previous { detach(previous, from: record.parent, at: record.time) }
  }

  private mutating func unlink(_ record: UnlinkRecord) throws(InconsistentRecord) {
    try checkDirectory(record.parent)
    // A name that is not there must leave the times as they are.
    guard let inode = entry(record.name, in: record.parent) else {
      throw InconsistentRecord(
        "unlink of a name that inode \(record.parent.rawValue) does not have")
    }
    changeDirectory(record.parent, at: record.time) { $0.entries[record.name] = nil }
    detach(inode, from: record.parent, at: record.time)
  }

  /// `inode` has one name less, in `directory`.
  private mutating func detach(_ inode: Inode, from directory: Inode, at time: Timestamp?) {
    let isDirectory = nodes.change(inode) { node in
      node.attributes.addNames(-1, at: time)
      return node.isDirectory
    }
    guard let isDirectory else { return }
    if isDirectory {
      changeDirectory(directory, at: nil) { directory in
        if directory.subdirectories > 0 { directory.subdirectories -= 1 }
      }
    }
    unlinked.append(inode)
  }

  /// A publication takes its time when it is put into the order, and may be applied after a change
  /// that came later: the times of a directory never go back.
  @discardableResult
  private mutating func changeDirectory<R>(
    _ inode: Inode, at time: Timestamp?, _ change: (inout Directory) -> R?
  ) -> R? {
    let result = nodes.change(inode) { (node) -> R? in
      guard case .directory(var directory) = node.body else { return nil }
      // So that its names are not copied.
      node.body = .special(rdev: 0)
      defer { node.body = .directory(directory) }
      if let time, time >= node.attributes.changed {
        node.attributes.modified = time
        node.attributes.changed = time
      }
      return change(&directory)
    }
    return result ?? nil
  }

  private func existing(_ inode: Inode) throws(InconsistentRecord) -> Node {
    guard let node = nodes[inode] else { throw missing(inode) }
    return node
  }

  private func checkDirectory(_ inode: Inode) throws(InconsistentRecord) {
    guard let node = nodes[inode], node.isDirectory else {
      throw InconsistentRecord("inode \(inode.rawValue) is not a directory")
    }
  }

  private func missing(_ inode: Inode) -> InconsistentRecord {
    InconsistentRecord("inode \(inode.rawValue) does not exist")
  }
}

/// A record that does not fit the state it is applied to; a sound log has none.
struct InconsistentRecord: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
