import FileTree
import struct SystemPackage.Errno

extension FuseServer {
  /// `truncate(2)`: a commit of its own (W4).
  ///
  /// The kernel would change the size of the node, which belongs to a version; and its names have
  /// to be forgotten before the answer, which must not be waited for under the kernel's lock of a
  /// node that `unlink` may want: it has the directory's, which the notifier needs. So the walk is
  /// diverted to a node that nobody else can reach.
  func truncate(
    _ reply: consuming Reply, _ node: KernelNode, size: UInt64, _ change: AttributeChange?,
    _ caller: Caller
  ) {
    guard let file = node.file else { return reply.fail(.invalidArgument) }
    let divert = nodes.withLock { $0.takeDivert(caller.thread, of: file) }
    if node.kind == .published, divert == nil, caller.thread != 0 {
      nodes.withLock { nodes in
        let target = nodes.makeStaged(of: file, isReplacement: true)
        nodes.divert(caller.thread, Divert(file, from: node, .truncating(target)))
      }
      return reply.fail(.staleNFSFileHandle)
    }
    let pending = reply.later()
    tree.truncate(node.inode, size: size, with: change) { outcome in
      if case .failure(let error) = outcome { return pending.resume().fail(error) }
      self.dropOutdatedPages(of: file, by: nil) {
        self.published(file, mayWait: node.kind == .staged) {
          self.changeAttributes(pending.resume(), node, nil)
        }
      }
    }
  }
}
