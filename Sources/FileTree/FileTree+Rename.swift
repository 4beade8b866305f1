import CommitLog
import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// `renameat2(2)`. Onto an existing name it is durable when it answers, unless `durability=fsync`
  /// (D2).
  /// - Parameter staging: what the caller has staged of a source that is pending: it is published
  ///   under the new name, content and rename as one commit (C5); for that the caller holds it to
  ///   itself. To whoever has staged nothing of it, there is no such name (N1).
  public func rename(
    _ name: Name, in directory: Inode, to newName: Name, in newDirectory: Inode,
    _ flags: RenameFlags, committing staging: Staging? = nil, _ answer: @escaping Answer<Void>
  ) {
    let source = EntryKey(directory: directory, name: name)
    let target = EntryKey(directory: newDirectory, name: newName)
    let durability = waiting
    perform(answer) { core throws(Errno) in
      for key in [source, target] {
        if let unsettled = core.unsettled(key) { return .wait(unsettled) }
      }
      guard let inode = core.state.entry(name, in: directory) else {
        return try self.planPendingRename(staging, source, target, flags, &core, answer)
      }
      if flags.contains(.exchange) {
        return .change(try core.exchange(source, target, inode, durability))
      }
      return try core.replace(source, target, inode, flags, durability)
    }
  }

  private func planPendingRename(
    _ staging: Staging?, _ source: EntryKey, _ target: EntryKey, _ flags: RenameFlags,
    _ core: inout TreeCore, _ answer: @escaping Answer<Void>
  ) throws(Errno) -> Plan<Void> {
    guard let staging, let pending = core.pendingNames[source], staging.pending === pending else {
      throw .noSuchFileOrDirectory
    }
    guard !flags.contains(.exchange) else { throw .noSuchFileOrDirectory }
    if flags.contains(.noReplace) { try core.requireFree(target) }
    guard let names = core.directory(target.directory) else { throw .noSuchFileOrDirectory }
    if let existing = names.entries[target.name], core.directory(existing) != nil {
      throw .isDirectory
    }
    guard source != target else { return .answer(()) }
    _ = core.orphan(target)
    core.pendingNames[source] = nil
    core.pendingNames[target] = pending
    pending.key = target
    // The commit takes the tree's lock itself: it begins, as if by its closer, when this plan has
    // let go of the lock.
    return .then { self.commit(staging, .close, answer) }
  }
}

extension TreeCore {
  /// The plan of a rename whose target is free or replaced.
  fileprivate mutating func replace(
    _ source: EntryKey, _ target: EntryKey, _ inode: Inode, _ flags: RenameFlags,
    _ durability: Durability
  ) throws(Errno) -> Plan<Void> {
    guard let names = directory(target.directory) else { throw .noSuchFileOrDirectory }
    let replaced = names.entries[target.name]
    if flags.contains(.noReplace) { try requireFree(target) }
    if replaced == inode { return .answer(()) }
    let isDirectory = directory(inode) != nil
    if isDirectory { try requireOutside(inode, target.directory) }
    if let replaced {
      if isDirectory {
        try requireEmptyDirectory(replaced)
      } else if directory(replaced) != nil {
        throw .isDirectory
      }
    } else if pendingNames[target] != nil {
      guard !isDirectory else { throw .notDirectory }
    }
    let time = now()
    var change = Change<Void>(records: [
      .link(LinkRecord(parent: target.directory, name: target.name, inode: inode, time: time)),
      .unlink(UnlinkRecord(parent: source.directory, name: source.name, time: time)),
    ]) { _ in }
    change.replaces = replaced == nil ? target : nil
    change.durability = replaced == nil ? .lazy : durability
    change.frees = replaced != nil
    return .change(change)
  }

  /// The plan of `RENAME_EXCHANGE`.
  fileprivate mutating func exchange(
    _ source: EntryKey, _ target: EntryKey, _ inode: Inode, _ durability: Durability
  ) throws(Errno) -> Change<Void> {
    guard let other = state.entry(target.name, in: target.directory) else {
      throw .noSuchFileOrDirectory
    }
    if directory(inode) != nil { try requireOutside(inode, target.directory) }
    if directory(other) != nil { try requireOutside(other, source.directory) }
    let time = now()
    return Change(
      records: [
        .link(LinkRecord(parent: target.directory, name: target.name, inode: inode, time: time)),
        .link(LinkRecord(parent: source.directory, name: source.name, inode: other, time: time)),
      ], durability: durability
    ) { _ in }
  }

  /// - Throws: `EINVAL` if `directory` is `inode` or lies in it.
  private func requireOutside(_ inode: Inode, _ directory: Inode) throws(Errno) {
    var ancestor = directory
    while true {
      guard ancestor != inode else { throw .invalidArgument }
      guard ancestor != .root, let parent = self.directory(ancestor)?.parent, parent != ancestor
      else { return }
      ancestor = parent
    }
  }
}
