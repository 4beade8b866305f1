import FileTree
import struct SystemPackage.Errno

extension FuseServer {
  /// `truncate(2)`: a commit of its own (W4).
  ///
  /// The caller holds the kernel's lock of the node. While readers pin it, its names have to be forgotten before the answer, which must not
  /// be waited for under that lock: `unlink` takes it after the directory's, which the notifier needs. So the walk is diverted to
  /// a node that nobody else can reach.
  func truncate(
    _ reply: consuming Reply, _ node: KernelNode, size: UInt64, _ change: AttributeChange?,
    _ caller: Caller
  ) {
    guard let file = node.file else { return reply.fail(.invalidArgument) }
    let (isPinned, divert) = nodes.withLock { nodes in
      (node.openHandles > 0, nodes.takeDivert(caller.thread, of: file))
    }
    if node.kind == .published, isPinned, divert == nil, caller.thread != 0 {
      nodes.withLock { nodes in
        let target = nodes.makeStaged(of: file, isReplacement: true)
        nodes.divert(caller.thread, Divert(file, .truncating(target)))
      }
      return reply.fail(.staleNFSFileHandle)
    }
    let pending = reply.later()
    tree.truncate(node.inode, size: size) { outcome in
      if case .failure(let error) = outcome { return pending.resume().fail(error) }
      self.nodes.withLock { _ in node.cached = nil }
      self.published(file, mayWait: node.kind == .staged) {
        self.changeAttributes(pending.resume(), node, change)
      }
    }
  }
}
