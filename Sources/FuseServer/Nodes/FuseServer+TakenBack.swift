import FileTree

/// What the kernel was told and is taken back, because the log failed before it was durable (F1).
extension FuseServer {
  /// Makes the kernel forget it.
  func takenBack(_ change: TakenBack) {
    let (names, shown) = nodes.withLock { $0.takenBack(change) }
    notifier.forget(names, shown)
  }
}

extension NodeTable {
  /// The names that the kernel may know for what is no longer so, and the nodes that may show it.
  fileprivate mutating func takenBack(
    _ change: TakenBack
  ) -> (names: [Dentry], nodes: [KernelNode]) {
    var names = change.entries.compactMap { entry in
      knownFixed(entry.directory).map { Dentry(parent: $0.id, name: entry.name) }
    }
    var shown: [KernelNode] = []
    for inode in change.inodes {
      if let node = knownFixed(inode) { shown.append(node) }
      guard let file = knownFile(inode) else { continue }
      names += file.published.flatMap(\.names)
      shown += file.published + file.openings.flatMap { $0.handles.map(\.node) }
      if let live = file.live { shown.append(live) }
    }
    for name in names { forgetName(name) }
    _ = disbelieve(shown)
    // The kernel will never again make a name in a directory that it saw removed.
    for inode in change.restored { renewFixed(inode) }
    return (names, shown)
  }
}
