import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  func create(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>, mode: UInt32,
    _ file: fuse_file_info, _ caller: Caller
  ) {
    let place: Place
    do throws(Errno) { place = try self.place(parent, name) } catch { return reply.fail(error) }
    nodes.withLock { $0.endDivert(caller.thread) }
    let flags = OpenFlags(file.flags)
    let creation = caller.creation(S_IFREG | (mode & 0o7777))
    if flags.writes {
      createPending(reply, place, creation, file, flags, caller)
    } else {
      createPublished(reply, place, creation, file, flags, caller)
    }
  }

  /// N1: the name is pending until it is first published.
  private func createPending(
    _ reply: consuming Reply, _ place: Place, _ creation: Creation, _ file: fuse_file_info,
    _ flags: OpenFlags, _ caller: Caller
  ) {
    let staging: Staging
    do throws(Errno) {
      staging = try tree.createPending(
        place.name, in: place.inode, creation, exclusive: flags.isExclusive,
        truncate: flags.truncates
      ) { caller.may(open: $0, hasAccessList: $1, flags) }
      try admit(caller, to: staging, flags)
    } catch {
      return reply.fail(error)
    }
    let opener = Opener(caller)
    let opened: (KernelNode, Handle)? = nodes.withLock { nodes in
      let opening = nodes.opening(
        of: staging, owner: opener, directory: place.directory.id, pool: pool)
      let node =
        staging.isShared
        ? nodes.liveNode(of: opening.file)
        : nodes.makeStaged(of: opening.file, isReplacement: !staging.isCreation)
      guard let handle = nodes.open(opening, on: node, by: opener) else { return nil }
      nodes.count(node)
      return (node, handle)
    }
    guard let (node, handle) = opened else {
      // The working copy is being committed for the last time, or is spent.
      let pending = reply.later()
      return whenReleased(nodes.withLock { $0.file(staging.inode) }) {
        self.pool.submit {
          self.createPending(pending.resume(), place, creation, file, flags, caller)
        }
      }
    }
    give(reply, node, handle, stagedEntry(node, of: nil), file, keepsCache: false)
  }

  /// N2: a create that cannot write publishes an empty file at once.
  private func createPublished(
    _ reply: consuming Reply, _ place: Place, _ creation: Creation, _ file: fuse_file_info,
    _ flags: OpenFlags, _ caller: Caller
  ) {
    let pending = reply.later()
    tree.makeNode(place.name, in: place.inode, creation, rdev: 0) { outcome in
      switch outcome {
      case .success(let view):
        self.openCreated(pending.resume(), view, place, file)
      case .failure(.fileExists) where !flags.isExclusive:
        self.openExisting(pending.resume(), place, file, caller)
      case .failure(let error):
        pending.resume().fail(error)
      }
    }
  }

  /// The name has come into being since it was looked up, or it is somebody's pending name. The
  /// kernel believes that it makes a file, so it has not asked who may read this one.
  private func openExisting(
    _ reply: consuming Reply, _ place: Place, _ file: fuse_file_info, _ caller: Caller
  ) {
    let pending = reply.later()
    tree.lookup(place.name, in: place.inode) { outcome in
      guard self.mayOpen(outcome, OpenFlags(file.flags), caller) else {
        return pending.resume().fail(.permissionDenied)
      }
      if case .success(.found(let view)) = outcome {
        return self.openCreated(pending.resume(), view, place, file)
      }
      self.tree.publishPending(place.name, in: place.inode) { outcome in
        switch outcome {
        case .success(let view): self.openCreated(pending.resume(), view, place, file)
        case .failure(let error): pending.resume().fail(error)
        }
      }
    }
  }

  private func mayOpen(
    _ found: Result<Lookup, Errno>, _ flags: OpenFlags, _ caller: Caller
  ) -> Bool {
    let (attributes, extended): (Attributes, ExtendedAttributes?)
    switch found {
    case .success(.found(let view)):
      (attributes, extended) = (
        view.attributes, tree.extendedAttributes(of: view.attributes.inode)
      )
    case .success(.pending(let staging)):
      (attributes, extended) = (staging.attributes(), staging.extendedAttributes())
    default: return true
    }
    return caller.may(open: attributes, hasAccessList: extended?.hasAccessList ?? false, flags)
  }

  private func openCreated(
    _ reply: consuming Reply, _ view: FileView, _ place: Place, _ file: fuse_file_info
  ) {
    guard view.version != nil, let (node, entry) = publishedEntry(view, at: place.dentry) else {
      return reply.fail(.staleNFSFileHandle)
    }
    guard let version = nodes.withLock({ _ in node.version }) else {
      nodes.withLock { $0.forget(node.id, 1) }
      return reply.fail(.staleNFSFileHandle)
    }
    var unsure = entry
    unsure.attr_timeout = 0
    let handle = reader(of: version, on: node)
    give(reply, node, handle, unsure, file, keepsCache: true)
  }

  /// Answers with a node that was counted and a handle; takes both back if the caller has gone.
  private func give(
    _ reply: consuming Reply, _ node: KernelNode, _ handle: Handle, _ entry: fuse_entry_param,
    _ file: fuse_file_info, keepsCache: Bool
  ) {
    let described = describe(handle, file, keepsCache: keepsCache)
    if !reply.created(entry, described) {
      nodes.withLock { $0.forget(node.id, 1) }
      close(Handle.takeBack(described.fh))
    }
  }
}
