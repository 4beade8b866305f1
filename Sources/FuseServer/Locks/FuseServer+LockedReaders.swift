import FileTree

/// Whoever gets a lock sees what was published under it, on a pinned descriptor as well (C6): if
/// all who read the descriptor's node lock it, and so agree on when it changes, and no other of
/// them holds a lock now.
extension FuseServer {
  /// A lock was got through the descriptor; `then` runs when its reads show what is published.
  func seePublished(_ handle: Handle, then: @escaping @Sendable () -> Void) {
    let node = handle.node
    guard case .version(let pinned) = handle.content,
      let current = tree.view(node.inode)?.version
    else { return then() }
    let others = locks.withLock { $0[node.inode].holders }
    let isBehind = nodes.withLock { _ in
      node.lockedReaders.insert(handle.number)
      guard node.pinned === pinned,
        node.lockedReaders.count == node.readers.load(ordering: .relaxed),
        pinned.version !== current || (node.shownSize ?? .max) < current.size,
        node.lockedReaders.intersection(others).subtracting([handle.number]).isEmpty
      else { return false }
      pinned.advance(to: current)
      node.version = current
      // Names lead to another node: this one has readers who know when it changes.
      node.isFrozen = true
      node.shownSize = current.size
      return true
    }
    guard isBehind else { return then() }
    notifier.dropPages([(node: node, offset: 0)]) {
      self.notifier.dropAttributes(ofOpen: node)
      then()
    }
  }
}
