import FileTree
import LogFormat

/// A file without a name is no longer in the tree, and nothing of it is ever published: what its
/// descriptors show lives on with its nodes and stagings.
extension FuseServer {
  /// What the descriptors of a file must go on showing if it loses its last name.
  struct LastView {
    let inode: Inode
    let published: Attributes
    let staged: [(Staging, Attributes)]
  }

  /// The file that a name leads to now, as long as it is in the tree.
  func lastView(of place: Place) -> LastView? {
    guard let view = tree.view(of: place.name, in: place.inode) else { return nil }
    let inode = view.attributes.inode
    let openings = nodes.withLock { $0.openings(of: inode) }
    return LastView(
      inode: inode, published: view.attributes,
      staged: openings.map { ($0.staging, $0.staging.attributes()) })
  }

  /// The file may have lost its last name.
  func keep(_ last: LastView) {
    guard tree.view(last.inode) == nil else { return }
    for (staging, attributes) in last.staged {
      let change = AttributeChange(
        mode: attributes.mode, uid: attributes.uid, gid: attributes.gid,
        accessed: .at(attributes.accessed), modified: .at(attributes.modified))
      // One that is spent shows what it likes.
      try? staging.setAttributes(change)
    }
    // What a writer has staged will not be published any more (W5), so it shows from now on.
    let shown = last.staged.last?.1 ?? last.published
    let change = AttributeChange(
      mode: shown.mode, uid: shown.uid, gid: shown.gid, accessed: .at(shown.accessed))
    nodes.withLock { nodes in
      for node in nodes.knownFile(last.inode)?.published ?? [] where node.remembered != nil {
        change.apply(to: &node.remembered!, at: .now())
      }
    }
  }

  /// Changes the attributes of a file without a name.
  ///
  /// - Returns: whether it is one.
  func changeNameless(_ node: KernelNode, _ change: AttributeChange) -> Bool {
    guard tree.view(node.inode) == nil else { return false }
    let now = Timestamp.now()
    let (stagings, others) = nodes.withLock { nodes in
      var shown = [node]
      if let file = node.file { shown += file.published.filter { $0 !== node } }
      for node in shown where node.remembered != nil {
        change.apply(to: &node.remembered!, at: now)
      }
      let openings = node.file?.openings ?? []
      let staged = openings.flatMap { $0.handles.map(\.node) }
      return (
        openings.filter { $0 !== node.opening }.map(\.staging),
        nodes.disbelieve(shown) + staged
      )
    }
    for staging in stagings { try? staging.setAttributes(change) }
    for other in others where other !== node { notifier.dropAttributes(ofOpen: other) }
    return nodes.withLock { _ in node.remembered != nil }
  }
}
