import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

/// OPEN cannot choose another node than the one that the lookup found. So an open that needs
/// another is answered `ESTALE`: the kernel walks the path again, asking for every name, and that
/// lookup is led to the right node (see `Divert`). The kernel does so once an `open`; and a path
/// like `/proc/self/fd/3` leads to the same node without a lookup. Then the open is served in
/// place.
extension FuseServer {
  func open(
    _ reply: consuming Reply, _ id: UInt64, _ file: fuse_file_info, _ caller: Caller
  ) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    guard let kernelFile = node.file else { return reply.fail(.noSuchAddressOrDevice) }
    let flags = OpenFlags(file.flags)
    // Refused here rather than at a close whose error many programs do not look at (F1).
    guard !flags.writes || !tree.hasFailed else { return reply.fail(.readOnlyFileSystem) }
    let pending = reply.later()
    whenReleased(kernelFile) {
      let reply = pending.resume()
      let taken = self.nodes.withLock { nodes in
        if !flags.writes { nodes.breakHabit(of: caller.thread, on: node.inode) }
        return nodes.takeDivert(caller.thread, of: kernelFile)
      }
      let divert = taken?.serves(flags) == true ? taken : nil
      if node.kind == .staged {
        self.openStaged(reply, node, file, flags, caller, divert)
      } else if flags.writes {
        self.openForWriting(reply, node, file, flags, caller, divert)
      } else {
        self.openForReading(reply, node, file, caller, divert)
      }
    }
  }

  // MARK: Reading

  private func openForReading(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ caller: Caller,
    _ divert: Divert?
  ) {
    let current = tree.view(node.inode)
    let (version, isFrozen) = nodes.withLock { _ in (node.version, node.isFrozen) }
    // A file without a name has no version but those that are open.
    if let version, current == nil || (version === current?.version && !isFrozen) {
      return hand(reply, reader(of: version, on: node), file)
    }
    if divert == nil, caller.thread != 0, let kernelFile = node.file {
      nodes.withLock { $0.divert(caller.thread, Divert(kernelFile, from: node, .reading)) }
      return reply.fail(.staleNFSFileHandle)
    }
    // It was the published version when the walk came by, or the caller has a descriptor of it.
    guard let version else {
      return openInPlace(reply, node, file, OpenFlags(file.flags), caller)
    }
    hand(reply, reader(of: version, on: node), file)
  }

  func reader(of version: Version, on node: KernelNode) -> Handle {
    let pin = nodes.withLock { _ in node.pin(version) }
    return Handle(node: node, content: .version(pin), opener: nil)
  }

  // MARK: Writing

  private func openForWriting(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ flags: OpenFlags,
    _ caller: Caller, _ divert: Divert?
  ) {
    guard let kernelFile = node.file else { return reply.fail(.noSuchAddressOrDevice) }
    guard divert == nil, caller.thread != 0 else {
      return openInPlace(reply, node, file, flags, caller)
    }
    nodes.withLock { nodes in
      let target =
        flags.truncates
        ? nodes.makeStaged(of: kernelFile, isReplacement: true) : nodes.liveNode(of: kernelFile)
      nodes.divert(caller.thread, Divert(kernelFile, from: node, .writing(target)))
    }
    reply.fail(.staleNFSFileHandle)
  }

  private func openStaged(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ flags: OpenFlags,
    _ caller: Caller, _ divert: Divert?
  ) {
    let opening = nodes.withLock { _ in node.opening?.isDetached == false ? node.opening : nil }
    // W1: a working copy that has been published meanwhile is nothing to empty for everybody.
    let isReplaced =
      flags.truncates && opening?.staging.isShared == true && opening?.staging.isCreation == false
    let isForWriters =
      !flags.writes
      && opening.map { !mayRead($0, on: node, caller, isSecondWalk: divert != nil) } ?? false
    if let opening, !isForWriters, !isReplaced || divert != nil || caller.thread == 0 {
      return join(reply, opening, on: node, file, flags, caller, divert)
    }
    let isLedHere = divert?.target === node && divert?.isForWriting == true && flags.writes
    let isForeseen =
      divert == nil && flags.truncates
      && nodes.withLock { $0.isForeseen(node, by: caller.thread) }
    if isLedHere || isForeseen { return begin(reply, node, file, flags, caller, divert?.version) }
    guard divert == nil, caller.thread != 0 else {
      return openInPlace(reply, node, file, flags, caller)
    }
    // What was staged here has been published: the walk leads to it by its name.
    if flags.writes { return openForWriting(reply, node, file, flags, caller, nil) }
    if let kernelFile = node.file {
      nodes.withLock { $0.divert(caller.thread, Divert(kernelFile, from: node, .reading)) }
    }
    reply.fail(.staleNFSFileHandle)
  }

  /// The first open of a staged node.
  /// - Parameter version: what its walk came by.
  private func begin(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ flags: OpenFlags,
    _ caller: Caller, _ version: Version?
  ) {
    let staging: Staging
    do throws(Errno) {
      staging = try stage(node, flags, version)
      try admit(caller, to: staging, flags)
    } catch {
      return reply.fail(error)
    }
    let opener = Opener(caller)
    let handle = nodes.withLock { nodes in
      let opening = nodes.opening(of: staging, owner: opener, directory: nil, pool: pool)
      if flags.truncates { nodes.noteReplacement(by: caller.thread, on: node) }
      return nodes.open(opening, on: node, by: opener)
    }
    guard let handle else { return retry(reply, node, file, caller) }
    hand(reply, handle, file, keepsCache: false)
  }

  private func stage(
    _ node: KernelNode, _ flags: OpenFlags, _ version: Version?
  ) throws(Errno) -> Staging {
    do throws(Errno) {
      return flags.truncates ? try tree.replace(node.inode) : try tree.update(node.inode)
    } catch .noSuchFileOrDirectory {
      // Another file was renamed over it since the walk came by; the kernel walks no third time.
      guard var attributes = nodes.withLock({ _ in node.remembered }) else {
        throw .noSuchFileOrDirectory
      }
      attributes.inode = node.inode
      return tree.orphan(attributes, flags.truncates ? nil : version)
    }
  }

  /// A further open of a staging: of a working copy, or of a pending name by its creator.
  private func join(
    _ reply: consuming Reply, _ opening: OpenStaging, on node: KernelNode,
    _ file: fuse_file_info, _ flags: OpenFlags, _ caller: Caller, _ divert: Divert?
  ) {
    if !flags.writes || flags.truncates, isHidden(opening, from: caller),
      divert == nil || !hasInherited(node, caller)
    {
      return hide(reply, node, flags, caller, isSecondWalk: divert != nil)
    }
    let opener = flags.writes ? Opener(caller) : nil
    guard let handle = nodes.withLock({ $0.open(opening, on: node, by: opener) }) else {
      return retry(reply, node, file, caller)
    }
    // A working copy without changes follows what others publish.
    guard flags.truncates else {
      if flags.writes, caller.uid != 0 { opening.staging.markUnprivileged() }
      return hand(reply, handle, file, keepsCache: !opening.staging.isShared)
    }
    let pending = reply.later()
    opening.lane.enter {
      let reply = pending.resume()
      defer { opening.lane.leave() }
      do throws(Errno) {
        try opening.staging.truncate(to: 0)
        self.staged(opening, by: handle)
        try self.admit(caller, to: opening.staging, flags)
        self.hand(reply, handle, file, keepsCache: false)
      } catch {
        self.drop(handle)
        reply.fail(error)
      }
    }
  }

  /// Leads the walk to nothing; if it was led here again nevertheless, it is told so.
  private func hide(
    _ reply: consuming Reply, _ node: KernelNode, _ flags: OpenFlags, _ caller: Caller,
    isSecondWalk: Bool
  ) {
    guard let kernelFile = node.file, !isSecondWalk,
      !nodes.withLock({ $0.isDiverted(caller.thread) })
    else {
      nodes.withLock { $0.endDivert(caller.thread) }
      return reply.fail(.noSuchFileOrDirectory)
    }
    nodes.withLock { nodes in
      let divert = Divert(kernelFile, from: node, .absent(isReplacement: flags.writes))
      nodes.divert(caller.thread, divert)
    }
    reply.fail(.staleNFSFileHandle)
  }

  /// N1, W1: who does not create the name cannot read what is not published, and what replaces it
  /// is another content.
  func isHidden(_ opening: OpenStaging, from caller: Caller) -> Bool {
    opening.staging.isCreation && caller.thread != 0 && !isWriter(caller, of: opening)
  }

  private func isWriter(_ caller: Caller, of opening: OpenStaging) -> Bool {
    nodes.withLock { _ in opening.handles }.contains { $0.isWriter(caller) }
  }

  /// R2: whoever came by the node while the name was being created pins what has been published
  /// since. But a process sees what it writes itself, by whatever descriptor it has inherited.
  private func mayRead(
    _ opening: OpenStaging, on node: KernelNode, _ caller: Caller, isSecondWalk: Bool
  ) -> Bool {
    if opening.staging.isCreation || caller.thread == 0 || isWriter(caller, of: opening) {
      return true
    }
    // Of a file without a name nothing is ever published.
    return isSecondWalk && (tree.view(node.inode) == nil || hasInherited(node, caller))
  }

  /// True also if that cannot be seen.
  private func hasInherited(_ node: KernelNode, _ caller: Caller) -> Bool {
    guard let device = mountDevice else { return true }
    let descriptors = OpenDescriptors(
      writing: nodes.withLock { _ in node.toldInode }, on: device, in: caller.thread,
      atMost: FuseServer.descriptorsAtOnce)
    return descriptors.map { $0.writing > 0 } ?? true
  }

  /// Without a walk there is no other node. What is written passes by the node's page cache, which
  /// is other readers'.
  private func openInPlace(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ flags: OpenFlags,
    _ caller: Caller
  ) {
    // The kernel would make the node empty for everybody who reads it. One reader is the caller.
    let isOthersToo = node.kind == .published && node.readers.load(ordering: .relaxed) > 1
    if flags.truncates, isOthersToo, caller.thread != 0 { return reply.fail(.resourceBusy) }
    let shown = nodes.withLock { _ in node.version }
    guard let version = tree.view(node.inode)?.version ?? shown else {
      return reply.fail(.noSuchFileOrDirectory)
    }
    var file = file
    file.direct_io = 1
    guard flags.writes else {
      return hand(reply, reader(of: version, on: node), file)
    }
    let opener = Opener(caller)
    let staging: Staging
    do throws(Errno) {
      staging = try stage(node, flags, shown)
      try admit(caller, to: staging, flags)
    } catch {
      return reply.fail(error)
    }
    let handle = nodes.withLock { nodes in
      let opening = nodes.opening(of: staging, owner: opener, directory: nil, pool: pool)
      return nodes.open(opening, on: node, by: opener)
    }
    guard let handle else { return retry(reply, node, file, caller) }
    hand(reply, handle, file)
    // The kernel takes the node for empty now, which it is not for its readers.
    notifier.dropAttributes(ofOpen: node)
  }

  /// The staging was just closed for the last time: the open begins again when that commit has
  /// ended.
  private func retry(
    _ reply: consuming Reply, _ node: KernelNode, _ file: fuse_file_info, _ caller: Caller
  ) {
    guard let kernelFile = node.file else { return reply.fail(.ioError) }
    let pending = reply.later()
    whenReleased(kernelFile) {
      self.openStaged(
        pending.resume(), node, file, OpenFlags(file.flags), caller,
        Divert(kernelFile, from: node, .writing(node)))
    }
  }

  /// Answers with a handle; takes it back if the caller has gone.
  func hand(
    _ reply: consuming Reply, _ handle: Handle, _ file: fuse_file_info, keepsCache: Bool = true
  ) {
    let described = describe(handle, file, keepsCache: keepsCache)
    if !reply.opened(described) { close(Handle.takeBack(described.fh)) }
  }

  func describe(
    _ handle: Handle, _ file: fuse_file_info, keepsCache: Bool = true
  ) -> fuse_file_info {
    var file = file
    opened.add(1, ordering: .relaxed)
    let appends = handle.writes && OpenFlags(file.flags).appends
    nodes.withLock { nodes in
      // See FuseServer+Append.
      if appends && handle.opening?.staging.isShared == true { file.direct_io = 1 }
      if !handle.writes, (handle.node.file?.appenders ?? 0) > 0 { file.direct_io = 1 }
      nodes.opened(handle, isDirect: file.direct_io != 0, appends: appends)
    }
    file.fh = handle.hand()
    file.keep_cache = keepsCache ? 1 : 0
    return file
  }
}
