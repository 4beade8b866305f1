import FileTree

/// Whoever gets a lock sees what was published under it, on a pinned descriptor as well (C6): if
/// all who read the descriptor's node lock it, and so agree on when it changes.
extension FuseServer {
  /// A lock was got through the descriptor; `then` runs when its reads show what is published.
  func seePublished(_ handle: Handle, then: @escaping @Sendable () -> Void) {
    guard case .version(let pinned) = handle.content, let node = Optional(handle.node),
      let current = tree.view(node.inode)?.version
    else { return then() }
    let isBehind = nodes.withLock { _ in
      if !handle.hasLocked {
        handle.hasLocked = true
        node.lockedReaders += 1
      }
      guard node.pinned === pinned, node.lockedReaders == node.readers.load(ordering: .relaxed),
        pinned.version !== current || (node.shownSize ?? .max) < current.size
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
