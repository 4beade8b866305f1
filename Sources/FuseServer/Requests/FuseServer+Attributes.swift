import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  func getAttributes(_ reply: consuming Reply, _ id: UInt64) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    guard let file = node.file else { return answerFixed(reply, node) }
    let pending = reply.later()
    whenReleased(file) { self.answerAttributes(pending.resume(), node) }
  }

  private func answerFixed(_ reply: consuming Reply, _ node: KernelNode) {
    if let view = tree.view(node.inode) {
      nodes.withLock { _ in node.remembered = view.attributes }
      reply.attributes(.init(view.attributes), timeout: FuseServer.forever)
    } else if var attributes = nodes.withLock({ _ in node.remembered }) {
      attributes.links = 0
      reply.attributes(.init(attributes), timeout: 0)
    } else {
      reply.fail(.noSuchFileOrDirectory)
    }
  }

  /// A file's attributes as the node shows them.
  func answerAttributes(_ reply: consuming Reply, _ node: KernelNode) {
    if node.kind == .staged {
      return reply.attributes(.init(stagedAttributes(node, of: nil)), timeout: 0)
    }
    let (attributes, timeout) = publishedAttributes(node)
    guard let attributes else { return reply.fail(.noSuchFileOrDirectory) }
    reply.attributes(.init(attributes), timeout: timeout)
  }

  /// What a published node shows, and for how long the kernel may believe it. A file without a name
  /// shows what was known last.
  func publishedAttributes(_ node: KernelNode) -> (Attributes?, timeout: Double) {
    let view = tree.view(node.inode)
    return nodes.withLock { nodes in
      guard let view else {
        guard var attributes = node.remembered else { return (nil, 0) }
        attributes.links = 0
        attributes.size = node.version?.size ?? attributes.size
        return (node.shown(attributes), 0)
      }
      guard node.version !== view.version, let old = node.remembered else {
        node.remembered = view.attributes
        guard node.shownSize == nil else { return (node.shown(view.attributes), 0) }
        return (view.attributes, nodes.believe(node))
      }
      // R2: what belongs to the content is the old version's, the rest the file's.
      var attributes = view.attributes
      attributes.size = node.version?.size ?? old.size
      attributes.blocks512 = old.blocks512
      attributes.modified = old.modified
      return (node.shown(attributes), 0)
    }
  }

  /// What a staged node shows.
  /// - Parameter view: the file as it is published, if the caller knows it.
  func stagedAttributes(_ node: KernelNode, of view: FileView?) -> Attributes {
    let (opening, showsPublished, remembered) = nodes.withLock { _ in
      (node.opening, node.showsPublished, node.remembered)
    }
    var attributes: Attributes
    if let staging = opening?.staging {
      attributes = staging.attributes()
      attributes.inode =
        staging.reportedInode == staging.inode ? staging.inode : node.privateInode
    } else if let view = view ?? tree.view(node.inode) {
      attributes = view.attributes
      if node.isReplacement, !showsPublished { attributes.inode = node.privateInode }
    } else {
      attributes = remembered ?? .unknown(node.inode)
      attributes.links = 0
    }
    nodes.withLock { _ in
      node.remembered = attributes
      node.toldInode = attributes.inode.rawValue
      attributes = node.shown(attributes)
    }
    return attributes
  }

  /// Runs `request` when no commit is under way whose last descriptor has gone (C3).
  func whenReleased(_ file: KernelFile, _ request: @escaping @Sendable () -> Void) {
    let waits = nodes.withLock { _ in
      if file.releases == 0 { return false }
      file.waiters.append(request)
      return true
    }
    if !waits { request() }
  }

  func setAttributes(
    _ reply: consuming Reply, _ id: UInt64, _ attributes: stat, _ mask: SetAttributesMask,
    _ handle: Handle?, _ caller: Caller
  ) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    let change = clearingSetGroupID(mask.change(to: attributes), mask, node, caller)
    let size = mask.contains(.size) ? UInt64(max(0, attributes.st_size)) : nil
    if let opening = handle?.opening ?? nodes.withLock({ _ in node.opening }) {
      return stage(reply, node, opening, by: handle, size: size, change)
    }
    guard mayChange(node, mask, caller) else { return reply.fail(.notPermitted) }
    // A `chown` that names neither owner nor group is a change all the same: of the time.
    guard let size else { return changeAttributes(reply, node, change ?? AttributeChange()) }
    truncate(reply, node, size: size, change, caller)
  }

  /// The kernel has checked the caller against the owner whom it knows for the node. For a version
  /// that no name leads to any more that may be a former one, so the present one is asked for, too.
  private func mayChange(
    _ node: KernelNode, _ mask: SetAttributesMask, _ caller: Caller
  ) -> Bool {
    guard node.kind == .published, caller.uid != 0, mask.isForOwner,
      let view = tree.view(node.inode), nodes.withLock({ _ in node.version !== view.version })
    else { return true }
    return caller.uid == view.attributes.uid
  }

  /// W5: published with the content.
  private func stage(
    _ reply: consuming Reply, _ node: KernelNode, _ opening: OpenStaging, by handle: Handle?,
    size: UInt64?, _ change: AttributeChange?
  ) {
    let pending = reply.later()
    opening.lane.enter {
      let reply = pending.resume()
      defer { opening.lane.leave() }
      do throws(Errno) {
        if let size {
          try opening.staging.resize(to: size)
          self.staged(opening, by: handle)
        }
        if let change {
          try opening.staging.setAttributes(change)
          _ = self.changeNameless(node, change)
        } else if size == nil {
          // A `chown` that names neither owner nor group.
          let owner = opening.staging.attributes().uid
          try opening.staging.setAttributes(AttributeChange(uid: owner))
        }
      } catch {
        return reply.fail(error)
      }
      self.answerAttributes(reply, node)
    }
  }

  /// `chmod` and the like of what is published.
  func changeAttributes(
    _ reply: consuming Reply, _ node: KernelNode, _ change: AttributeChange?
  ) {
    let pending = reply.later()
    guard let change else { return answerChanged(pending.resume(), node) }
    tree.setAttributes(node.inode, change) { outcome in
      switch outcome {
      case .failure(.noSuchFileOrDirectory) where self.changeNameless(node, change):
        self.answerChanged(pending.resume(), node)
      case .failure(let error): pending.resume().fail(error)
      case .success:
        if let file = node.file { self.refresh(file, but: node) }
        self.answerChanged(pending.resume(), node)
      }
    }
  }

  /// The kernel takes this answer even if a publication has overtaken it, so a file's is not to be
  /// believed for long.
  private func answerChanged(_ reply: consuming Reply, _ node: KernelNode) {
    guard node.file != nil else { return answerFixed(reply, node) }
    if node.kind == .staged { return answerAttributes(reply, node) }
    guard let attributes = publishedAttributes(node).0 else {
      return reply.fail(.noSuchFileOrDirectory)
    }
    reply.attributes(.init(attributes), timeout: 0)
  }

  /// The file's other nodes show something else now.
  func refresh(_ file: KernelFile, but node: KernelNode?) {
    let (others, staged) = nodes.withLock { nodes in
      let staged = file.openings.flatMap { $0.handles.map(\.node) }.filter { $0 !== node }
      return (nodes.disbelieve(file.published.filter { $0 !== node }), staged)
    }
    for node in staged { notifier.dropAttributes(ofOpen: node) }
    notifier.refresh(file, others, current: tree.view(file.inode)?.version)
  }
}

extension Attributes {
  /// Of a file that has gone and was never asked for.
  fileprivate static func unknown(_ inode: Inode) -> Attributes {
    let time = Timestamp(seconds: 0, nanoseconds: 0)
    return Attributes(
      inode: inode, mode: S_IFREG, links: 0, uid: 0, gid: 0, rdev: 0, size: 0, blocks512: 0,
      accessed: time, modified: time, changed: time, created: time)
  }
}
