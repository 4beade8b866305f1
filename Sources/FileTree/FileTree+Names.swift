import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Changes of names that are published at once (N2) and durable as D2 and D3 say.
extension FileTree {
  /// `mkdir(2)`.
  public func makeDirectory(
    _ name: Name, in directory: Inode, _ creation: Creation, _ answer: @escaping Answer<FileView>
  ) {
    var creation = creation
    creation.mode = FileType.directory | (creation.mode & FileType.permissions)
    make(name, in: directory, creation, answer)
  }

  /// `symlink(2)`; `target` is any bytes.
  public func makeSymlink(
    _ name: Name, target: [UInt8], in directory: Inode, _ creation: Creation,
    _ answer: @escaping Answer<FileView>
  ) {
    var creation = creation
    creation.mode = FileType.symlink | 0o777
    make(name, in: directory, creation, target: target, answer)
  }

  /// `mknod(2)`, and `open(O_CREAT)` without the right to write: an empty file (N2).
  public func makeNode(
    _ name: Name, in directory: Inode, _ creation: Creation, rdev: UInt64,
    _ answer: @escaping Answer<FileView>
  ) {
    make(name, in: directory, creation, rdev: rdev, answer)
  }

  private func make(
    _ name: Name, in directory: Inode, _ creation: Creation, rdev: UInt64 = 0,
    target: [UInt8] = [], _ answer: @escaping Answer<FileView>
  ) {
    perform(answer) { core throws(Errno) in
      let key = EntryKey(directory: directory, name: name)
      if let unsettled = core.unsettled(key) { return .wait(unsettled) }
      try core.requireFree(key)
      var record = core.newFile(creation, in: directory)
      record.rdev = rdev
      record.symlinkTarget = target
      let inherited = core.inherit(&record, creation, in: directory)
      let link = LinkRecord(
        parent: directory, name: name, inode: record.inode, time: record.changed)
      let records = inherited.records(for: record.inode, at: record.changed)
      return .change(
        Change(records: [.create(record)] + records + [.link(link)]) { [inode = record.inode] in
          $0.state.view(inode)!
        })
    }
  }

  /// `open(O_CREAT)` without the right to write, of a name that is pending: it comes to be now, and
  /// empty (N2). What its writers stage replaces that.
  public func publishPending(
    _ name: Name, in directory: Inode, _ answer: @escaping Answer<FileView>
  ) {
    perform(answer) { core throws(Errno) in
      let key = EntryKey(directory: directory, name: name)
      if let unsettled = core.unsettled(key) { return .wait(unsettled) }
      if let view = core.state.entry(name, in: directory).flatMap({ core.state.view($0) }) {
        return .answer(view)
      }
      guard let pending = core.pendingNames[key] else { throw .noSuchFileOrDirectory }
      let (inode, time) = (pending.inode, core.now())
      let link = LinkRecord(parent: directory, name: name, inode: inode, time: time)
      var change = Change(
        records: [.create(pending.creation)] + pending.extended.records(for: inode, at: time)
          + [.link(link)]
      ) { $0.state.view(inode)! }
      change.publishes = pending
      return .change(change)
    }
  }

  /// `link(2)`: durable when it answers, unless `durability=fsync` (D2).
  public func link(
    _ inode: Inode, as name: Name, in directory: Inode, _ answer: @escaping Answer<FileView>
  ) {
    let durability = waiting
    perform(answer) { core throws(Errno) in
      let key = EntryKey(directory: directory, name: name)
      if let unsettled = core.unsettled(key) { return .wait(unsettled) }
      if core.isDisplaced(inode) { return .wait(inode) }
      guard let node = core.state[inode] else { throw .noSuchFileOrDirectory }
      guard node.directory == nil else { throw .notPermitted }
      guard node.attributes.names < 65_000 else { throw .tooManyLinks }
      try core.requireFree(key)
      let link = LinkRecord(parent: directory, name: name, inode: inode, time: core.now())
      return .change(
        Change(records: [.link(link)], durability: durability) { $0.state.view(inode)! })
    }
  }

  /// `link(2)` of a name that is still pending: what is staged is published first. The caller holds
  /// the staging to itself.
  public func link(
    pending staging: Staging, as name: Name, in directory: Inode,
    _ answer: @escaping Answer<FileView>
  ) {
    let key = EntryKey(directory: directory, name: name)
    do throws(Errno) {
      try core.withLock { core throws(Errno) in try core.requireFree(key) }
    } catch {
      return answer(.failure(error))
    }
    commit(staging, .close) { outcome in
      switch outcome {
      case .success: self.link(staging.inode, as: name, in: directory, answer)
      case .failure(let error): answer(.failure(error))
      }
    }
  }

  /// `unlink(2)`; of a pending name by its creator: the name is free again, the content nobody's.
  public func unlink(_ name: Name, in directory: Inode, _ answer: @escaping Answer<Void>) {
    perform(answer) { core throws(Errno) in
      let key = EntryKey(directory: directory, name: name)
      if let unsettled = core.unsettled(key) { return .wait(unsettled) }
      guard let names = core.directory(directory) else { throw .noSuchFileOrDirectory }
      guard let inode = names.entries[name] else {
        guard core.orphan(key) else { throw .noSuchFileOrDirectory }
        return .answer(())
      }
      guard core.directory(inode) == nil else { throw .isDirectory }
      let unlink = UnlinkRecord(parent: directory, name: name, time: core.now())
      return .change(Change(records: [.unlink(unlink)], frees: true) { _ in })
    }
  }

  /// `rmdir(2)`: `ENOTEMPTY` also for a directory in which a name is pending.
  public func removeDirectory(_ name: Name, in directory: Inode, _ answer: @escaping Answer<Void>) {
    perform(answer) { core throws(Errno) in
      guard let inode = core.state.entry(name, in: directory) else {
        throw core.pendingNames[EntryKey(directory: directory, name: name)] == nil
          ? .noSuchFileOrDirectory : .notDirectory
      }
      try core.requireEmptyDirectory(inode)
      let unlink = UnlinkRecord(parent: directory, name: name, time: core.now())
      return .change(Change(records: [.unlink(unlink)], frees: true) { _ in })
    }
  }

  /// What a change waits for that must be durable when it answers (D2).
  var waiting: Durability { durability == .close ? .wait : .lazy }
}

extension TreeCore {
  /// The name is everybody's.
  mutating func published(_ pending: PendingFile) {
    if let key = pending.key { pendingNames[key] = nil }
    pending.isSequenced = true
    for staging in pending.stagings { staging.status.withLock { $0.isPublished = true } }
  }

  /// - Throws: `ENOENT` if the directory has gone, `ENOTDIR`, `EEXIST` if the name is taken or
  ///   reserved (N1).
  func requireFree(_ key: EntryKey) throws(Errno) {
    guard let node = state[key.directory] else { throw .noSuchFileOrDirectory }
    guard let names = node.directory else { throw .notDirectory }
    guard names.entries[key.name] == nil, pendingNames[key] == nil else { throw .fileExists }
  }

  /// - Throws: `ENOTDIR`, `ENOTEMPTY`, also for a directory with pending names.
  func requireEmptyDirectory(_ inode: Inode) throws(Errno) {
    guard let directory = directory(inode) else { throw .notDirectory }
    guard directory.entries.isEmpty, !pendingNames.keys.contains(where: { $0.directory == inode })
    else { throw .directoryNotEmpty }
  }

  /// The first record of a new file. In a set-group-id directory it takes the directory's group,
  /// and a directory the bit as well (inode(7)).
  mutating func newFile(_ creation: Creation, in directory: Inode) -> CreateRecord {
    var (mode, gid) = (creation.mode, creation.gid)
    if let parent = state[directory]?.attributes, parent.mode & FileType.setGroupID != 0 {
      gid = parent.gid
      if mode.fileType == FileType.directory { mode |= FileType.setGroupID }
    }
    let time = now()
    return CreateRecord(
      inode: newInode(), mode: mode, uid: creation.uid, gid: gid, rdev: 0, accessed: time,
      modified: time, changed: time, created: time, symlinkTarget: [])
  }

  /// Frees a pending name; its content will be published nowhere. False if the name is not pending.
  mutating func orphan(_ key: EntryKey) -> Bool {
    guard let pending = pendingNames.removeValue(forKey: key) else { return false }
    pending.key = nil
    return true
  }
}
