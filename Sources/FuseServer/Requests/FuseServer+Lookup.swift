import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  /// How long the kernel may believe what only its own requests and our notifications change, in
  /// seconds.
  static var forever: Double { NodeTable.forever }

  func lookup(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>, _ caller: Caller
  ) {
    let place: Place
    do throws(Errno) { place = try self.place(parent, name) } catch { return reply.fail(error) }
    let pending = reply.later()
    tree.lookup(place.name, in: place.inode) { outcome in
      self.answer(pending.resume(), outcome, at: place.dentry, caller)
    }
  }

  private func answer(
    _ reply: consuming Reply, _ outcome: Result<Lookup, Errno>, at dentry: Dentry,
    _ caller: Caller
  ) {
    switch outcome {
    case .failure(let error):
      reply.fail(error)
    case .success(.absent):
      nodes.withLock { $0.noteAbsence(caller.thread) }
      // Not remembered by the kernel: names come into being by commits that it does not see.
      reply.fail(.noSuchFileOrDirectory)
    case .success(.pending(let staging)):
      answer(reply, pending: staging, at: dentry, caller)
    case .success(.found(let view)):
      if view.version != nil, let node = stagedNode(caller.thread, view, at: dentry) {
        // The open that follows asks whether it is permitted.
        give(reply, node, stagedEntry(node, of: view, believed: 0.002))
      } else if let (node, entry) = publishedEntry(view, at: dentry) {
        give(reply, node, entry)
      } else {
        reply.fail(.noSuchFileOrDirectory)
      }
    }
  }

  /// The staged node that the thread's lookup is led to, counted; nil if that is the published one.
  private func stagedNode(_ thread: pid_t, _ view: FileView, at dentry: Dentry) -> KernelNode? {
    // A name that the kernel believes is not looked up, so nothing is foreseen for it either.
    let isChanging = NodeTable.belief(view.attributes) == 0
    return nodes.withLock { nodes in
      if let node = nodes.divertedNode(thread, view, at: dentry) { return node }
      return isChanging ? nodes.foreseenNode(thread, view.attributes.inode, at: dentry) : nil
    }
  }

  /// N1: only its creators see a name that is pending, and those who would share its content with
  /// them (W2): they may open it for writing.
  private func answer(
    _ reply: consuming Reply, pending staging: Staging, at dentry: Dentry, _ caller: Caller
  ) {
    let (handles, isAbsent) = nodes.withLock { nodes in
      let handles = nodes.openings(of: staging.inode).flatMap(\.handles).filter {
        $0.opening?.staging.isCreation == true
      }
      return (handles, nodes.takeAbsence(caller.thread, at: dentry))
    }
    let found =
      handles.first { $0.isWriter(caller) }
      ?? handles.first { !isAbsent && $0.opening?.staging.isShared == true }
    let node: KernelNode? = nodes.withLock { nodes in
      guard let node = found?.node, node.opening != nil else { return nil }
      node.isReachable = true
      node.asked(by: dentry)
      nodes.count(node)
      return node
    }
    guard let node else { return reply.fail(.noSuchFileOrDirectory) }
    give(reply, node, stagedEntry(node, of: nil))
  }

  /// Answers with a node that was counted; takes that back if the caller has gone.
  func give(_ reply: consuming Reply, _ node: KernelNode, _ entry: fuse_entry_param) {
    if !reply.entry(entry) { nodes.withLock { $0.forget(node.id, 1) } }
  }

  /// The node that a published name is answered with, counted. Nil if the file has lost its last
  /// name meanwhile.
  func publishedEntry(
    _ view: FileView, at dentry: Dentry
  ) -> (node: KernelNode, entry: fuse_entry_param)? {
    guard view.version != nil else {
      let node = nodes.withLock { $0.lookUpFixed(view.attributes) }
      return (node, FuseServer.entry(node, view.attributes, names: FuseServer.forever))
    }
    var view = view
    while let version = view.version {
      let belief = NodeTable.belief(view.attributes)
      let (node, timeout) = nodes.withLock { nodes in
        let node = nodes.lookUpPublished(
          version, view.attributes, at: dentry, isBelieved: belief > 0)
        return (node, nodes.believe(node))
      }
      // Asked again now that node and name are known: a publication from here on tells the kernel
      // of them, one just before did not.
      guard let present = tree.view(view.attributes.inode) else {
        nodes.withLock { $0.forget(node.id, 1) }
        return nil
      }
      let attributes = view.attributes
      let shown = nodes.withLock { _ in node.shownSize.map { _ in node.shown(attributes) } }
      if let shown {
        return (node, FuseServer.entry(node, shown, names: belief, attributes: 0))
      }
      if present.version === version, present.attributes == view.attributes {
        return (
          node, FuseServer.entry(node, view.attributes, names: belief, attributes: timeout)
        )
      }
      nodes.withLock { $0.forget(node.id, 1) }
      view = present
    }
    return nil
  }

  /// A staged node that was counted. The kernel must ask for it again at every step: to others the
  /// name means another file.
  func stagedEntry(
    _ node: KernelNode, of view: FileView?, believed: Double = 0
  ) -> fuse_entry_param {
    FuseServer.entry(node, stagedAttributes(node, of: view), names: 0, attributes: believed)
  }

  static func entry(
    _ node: KernelNode, _ attributes: Attributes, names: Double,
    attributes timeout: Double = NodeTable.forever
  ) -> fuse_entry_param {
    fuse_entry_param(
      ino: node.id, generation: 0, attr: .init(attributes), attr_timeout: timeout,
      entry_timeout: names)
  }
}
