import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

/// Requests whose callers hold the kernel's locks of the directories: nothing here may wait for the
/// notifier.
extension FuseServer {
  func makeNode(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>, mode: UInt32,
    device: UInt64, _ caller: Caller
  ) {
    make(reply, parent, name, mode: mode, caller) { place, creation, answer in
      self.tree.makeNode(place.name, in: place.inode, creation, rdev: device, answer)
    }
  }

  func makeDirectory(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>, mode: UInt32,
    _ caller: Caller
  ) {
    make(reply, parent, name, mode: S_IFDIR | mode, caller) { place, creation, answer in
      self.tree.makeDirectory(place.name, in: place.inode, creation, answer)
    }
  }

  func makeSymlink(
    _ reply: consuming Reply, _ target: UnsafePointer<CChar>, _ parent: UInt64,
    _ name: UnsafePointer<CChar>, _ caller: Caller
  ) {
    let target = [UInt8](UnsafeRawBufferPointer(start: target, count: strlen(target)))
    make(reply, parent, name, mode: S_IFLNK | 0o777, caller) { place, creation, answer in
      self.tree.makeSymlink(place.name, target: target, in: place.inode, creation, answer)
    }
  }

  private func make(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>, mode: UInt32,
    _ caller: Caller, _ make: (Place, Creation, @escaping Answer<FileView>) -> Void
  ) {
    let place: Place
    do throws(Errno) { place = try self.place(parent, name) } catch { return reply.fail(error) }
    let pending = reply.later()
    make(place, caller.creation(mode)) { outcome in
      self.answer(pending.resume(), made: outcome, at: place.dentry)
    }
  }

  private func answer(
    _ reply: consuming Reply, made outcome: Result<FileView, Errno>, at dentry: Dentry
  ) {
    let view: FileView
    do throws(Errno) { view = try outcome.get() } catch { return reply.fail(error) }
    guard let (node, entry) = publishedEntry(view, at: dentry) else {
      return reply.fail(.noSuchFileOrDirectory)
    }
    var unsure = entry
    // The kernel takes these attributes even if a publication has overtaken them.
    if view.version != nil { unsure.attr_timeout = 0 }
    give(reply, node, unsure)
  }

  func link(
    _ reply: consuming Reply, _ id: UInt64, _ parent: UInt64, _ name: UnsafePointer<CChar>,
    _ caller: Caller
  ) {
    let (place, node): (Place, KernelNode)
    do throws(Errno) {
      (place, node) = (try self.place(parent, name), try self.node(id))
    } catch {
      return reply.fail(error)
    }
    let pending = reply.later()
    let dentry = place.dentry
    guard let opening = nodes.withLock({ _ in node.opening }), opening.staging.isCreation else {
      return tree.link(node.inode, as: place.name, in: place.inode) { outcome in
        if let file = node.file { self.refresh(file, but: node) }
        self.answer(pending.resume(), made: outcome, at: dentry)
      }
    }
    guard !isHidden(opening, from: caller) else {
      return pending.resume().fail(.noSuchFileOrDirectory)
    }
    opening.lane.enter {
      self.tree.link(pending: opening.staging, as: place.name, in: place.inode) { outcome in
        opening.lane.leave()
        self.answer(pending.resume(), made: outcome, at: dentry)
      }
    }
  }

  func unlink(_ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>) {
    let place: Place
    do throws(Errno) { place = try self.place(parent, name) } catch { return reply.fail(error) }
    let pending = reply.later()
    let last = lastView(of: place)
    tree.unlink(place.name, in: place.inode) { outcome in
      if case .success = outcome {
        let node = self.nodes.withLock { $0.forgetName(place.dentry) }
        if let last { self.linksChanged(last, shownBy: node) }
      }
      pending.resume().answer(outcome)
    }
  }

  func removeDirectory(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>
  ) {
    let place: Place
    do throws(Errno) { place = try self.place(parent, name) } catch { return reply.fail(error) }
    let pending = reply.later()
    tree.removeDirectory(place.name, in: place.inode) { outcome in
      pending.resume().answer(outcome)
    }
  }

  func rename(
    _ reply: consuming Reply, _ parent: UInt64, _ name: UnsafePointer<CChar>,
    _ newParent: UInt64, _ newName: UnsafePointer<CChar>, flags: UInt32, _ caller: Caller
  ) {
    let (source, target): (Place, Place)
    do throws(Errno) {
      (source, target) = (try place(parent, name), try place(newParent, newName))
    } catch {
      return reply.fail(error)
    }
    let flags = RenameFlags(rawValue: flags)
    // RENAME_WHITEOUT is for overlay file systems that keep their upper layer here.
    guard flags.subtracting([.noReplace, .exchange]).isEmpty else {
      return reply.fail(.invalidArgument)
    }
    let pending = reply.later()
    tree.lookup(source.name, in: source.inode) { found in
      guard case .success(.pending(let staging)) = found else {
        return self.rename(pending.resume(), source, target, flags, committing: nil) {}
      }
      // C5: the rename commits what its caller has staged. To others there is no such name (N1).
      let openings = self.nodes.withLock { $0.openings(of: staging.inode) }
      let own = openings.first { $0.staging.isCreation && !self.isHidden($0, from: caller) }
      guard let own else { return pending.resume().fail(.noSuchFileOrDirectory) }
      own.lane.enter {
        self.rename(pending.resume(), source, target, flags, committing: own.staging) {
          own.lane.leave()
        }
      }
    }
  }

  private func rename(
    _ reply: consuming Reply, _ source: Place, _ target: Place, _ flags: RenameFlags,
    committing staging: Staging?, then: @escaping @Sendable () -> Void
  ) {
    let pending = reply.later()
    let views = [source, target].compactMap { lastView(of: $0) }
    tree.rename(
      source.name, in: source.inode, to: target.name, in: target.inode, flags,
      committing: staging
    ) { outcome in
      then()
      if case .success = outcome {
        // Before the answer: a publication that comes from here on finds the names where they are.
        let renamed = self.nodes.withLock { nodes in
          nodes.moveName(
            source.dentry, to: target.dentry, exchanging: flags.contains(.exchange))
        }
        for last in views {
          self.linksChanged(last, shownBy: renamed.first { $0.inode == last.inode })
        }
      }
      pending.resume().answer(outcome)
    }
  }

  /// The kernel counts links for the node that it knew by that name; other nodes of the file have
  /// to be asked for again.
  private func linksChanged(_ last: LastView, shownBy node: KernelNode?) {
    keep(last)
    guard let file = nodes.withLock({ $0.knownFile(last.inode) }) else { return }
    refresh(file, but: node)
  }

  func readSymlink(_ reply: consuming Reply, _ id: UInt64) {
    let target: [UInt8]
    do throws(Errno) {
      target = try tree.symlinkTarget(try node(id).inode)
    } catch {
      return reply.fail(error)
    }
    reply.bytes(target)
  }
}
