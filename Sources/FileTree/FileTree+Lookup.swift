import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// What `name` leads to. Waits if the last descriptor of that file has gone and its commit is
  /// still on its way (C3).
  public func lookup(_ name: Name, in directory: Inode, _ answer: @escaping Answer<Lookup>) {
    perform(answer) { core throws(Errno) in
      guard let names = core.directory(directory) else { throw .noSuchFileOrDirectory }
      if let inode = names.entries[name] {
        if core.isReleasing(inode) { return .wait(inode) }
        guard let view = core.state.view(inode) else { throw .noSuchFileOrDirectory }
        return .answer(.found(view))
      }
      guard let pending = core.pendingNames[EntryKey(directory: directory, name: name)],
        let staging = pending.stagings.first
      else { return .answer(.absent) }
      if core.isReleasing(pending.inode) { return .wait(pending.inode) }
      return .answer(.pending(staging))
    }
  }

  /// What a published name leads to, without waiting for anything; nil if there is none (R1).
  public func view(of name: Name, in directory: Inode) -> FileView? {
    core.withLock { core in
      core.state.entry(name, in: directory).flatMap { core.state.view($0) }
    }
  }

  /// The published names of a directory (R1), as they are now.
  public func list(_ directory: Inode) throws(Errno) -> DirectoryListing {
    let state = core.withLock { $0.state }
    guard let node = state[directory] else { throw .noSuchFileOrDirectory }
    guard let names = node.directory else { throw .notDirectory }
    let entries = names.entries.map { name, inode in
      DirectoryListing.Entry(
        name: name, inode: inode, mode: state[inode]?.attributes.mode ?? 0)
    }
    return DirectoryListing(parent: names.parent, entries: entries)
  }

  /// - Throws: `EINVAL` for anything but a symlink, as `readlink(2)`.
  public func symlinkTarget(_ inode: Inode) throws(Errno) -> [UInt8] {
    let node = core.withLock { $0.state[inode] }
    guard let node else { throw .noSuchFileOrDirectory }
    guard case .symlink(let target) = node.body else { throw .invalidArgument }
    return target
  }
}

extension TreeCore {
  fileprivate func isReleasing(_ inode: Inode) -> Bool { (inFlight[inode]?.releasing ?? 0) > 0 }
}
