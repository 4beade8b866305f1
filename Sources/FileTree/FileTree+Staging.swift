import LogFormat
import struct SystemPackage.Errno

/// Opening for writing, and letting go.
extension FileTree {
  /// `open(O_CREAT)` for writing: a new name is pending until its first publication (N1). On a
  /// pending name it begins a further content of it, on an existing file it is `replace` or
  /// `update`. Who creates without `O_TRUNC` shares the content with others who do, as updating
  /// writers share it once the file exists (W2): SQLite's `-shm` and `-wal` are made so.
  /// - Parameter permits: asked about a name that is there already, or being created by another,
  ///   under the tree's lock.
  /// - Throws: `EEXIST` if `exclusive`, `EACCES`, `EISDIR`, `ENOENT` if the directory has gone.
  public func createPending(
    _ name: Name, in directory: Inode, _ creation: Creation, exclusive: Bool, truncate: Bool,
    permits: (_ present: Attributes, _ hasAccessList: Bool) -> Bool = { _, _ in true }
  ) throws(Errno) -> Staging {
    try refuseIfFailed()
    return try core.withLock { core throws(Errno) in
      let key = EntryKey(directory: directory, name: name)
      if let existing = core.state.entry(name, in: directory) {
        guard !exclusive else { throw .fileExists }
        guard core.permitted(existing, permits) else { throw .permissionDenied }
        return truncate
          ? try core.replacing(existing, in: self) : try core.updating(existing, in: self)
      }
      if let pending = core.pendingNames[key] {
        guard !exclusive else { throw .fileExists }
        guard permits(pending.stagedAttributes, pending.extended.hasAccessList) else {
          throw .permissionDenied
        }
        return core.creating(pending, in: self, isShared: !truncate)
      }
      try core.requireFree(key)
      var creation = creation
      creation.mode = FileType.regular | (creation.mode & FileType.permissions)
      var record = core.newFile(creation, in: directory)
      let inherited = core.inherit(&record, creation, in: directory)
      let pending = PendingFile(creation: record, extended: inherited, key: key)
      core.pendingNames[key] = pending
      return core.creating(pending, in: self, isShared: !truncate)
    }
  }

  /// `open(O_TRUNC)` for writing: a content of its own, empty (W1).
  public func replace(_ inode: Inode) throws(Errno) -> Staging {
    try refuseIfFailed()
    return try core.withLock { core throws(Errno) in try core.replacing(inode, in: self) }
  }

  /// `open` for writing without `O_TRUNC`: the working copy that all such opens of the file share
  /// (W2).
  public func update(_ inode: Inode) throws(Errno) -> Staging {
    try refuseIfFailed()
    return try core.withLock { core throws(Errno) in try core.updating(inode, in: self) }
  }

  /// For a file that lost its last name after its opener had found it: can be written and read like
  /// any other, and is published nowhere.
  /// - Parameters:
  ///   - attributes: as they were when the file was found.
  ///   - version: what it shows; nil if it is opened with `O_TRUNC`.
  public func orphan(_ attributes: Attributes, _ version: Version?) -> Staging {
    var attributes = attributes
    attributes.links = 0
    return Staging(
      of: attributes, in: self,
      content: StagedContent(
        base: version.map { FileBody(version: $0, content: $0.content) } ?? FileBody(Content()),
        isChanged: false))
  }

  /// The opener was killed: what is staged is never published (C4). The caller holds the staging to
  /// itself.
  public func spend(_ staging: Staging) { spend(staging, failing: .ioError) }

  /// What is staged is never published, and later calls fail with `reason`. A name that it was
  /// creating is free again (N3).
  func spend(_ staging: Staging, failing reason: Errno) {
    staging.spend(reason)
    core.withLock { core in core.letGo(of: staging) }
  }

  /// The last descriptor anywhere has gone. What is still staged is committed, before any later
  /// request about the file is answered (C3), unless the staging is spent.
  public func forget(_ staging: Staging, _ answer: @escaping Answer<Void>) {
    // Whoever opens the file for updating from now on gets a working copy of its own.
    core.withLock { core in core.unshare(staging) }
    commit(staging, .release) { outcome in
      self.core.withLock { core in core.letGo(of: staging) }
      answer(outcome)
    }
  }
}

extension TreeCore {
  fileprivate mutating func creating(
    _ pending: PendingFile, in tree: FileTree, isShared: Bool
  ) -> Staging {
    if isShared, let shared = live[pending.inode] { return shared }
    let staging = Staging(
      of: pending.attributes, in: tree,
      // Who shares has nothing to publish but the name before something is written (W2).
      content: StagedContent(base: FileBody(Content()), isChanged: !isShared),
      isShared: isShared, pending: pending)
    pending.stagings.append(staging)
    if isShared { live[pending.inode] = staging }
    return staging
  }

  fileprivate mutating func replacing(
    _ inode: Inode, in tree: FileTree
  ) throws(Errno) -> Staging {
    let file = try requireFile(inode)
    return Staging(
      of: file, in: tree, content: StagedContent(base: FileBody(Content()), isChanged: true),
      privateInode: newPrivateInode())
  }

  fileprivate mutating func updating(_ inode: Inode, in tree: FileTree) throws(Errno) -> Staging {
    if let shared = live[inode] { return shared }
    let file = try requireFile(inode)
    guard let base = predecessor(of: inode) else { throw .noSuchFileOrDirectory }
    let staging = Staging(
      of: file, in: tree, content: StagedContent(base: base, isChanged: false), isShared: true)
    live[inode] = staging
    return staging
  }

  fileprivate func permitted(_ inode: Inode, _ permits: (Attributes, Bool) -> Bool) -> Bool {
    guard let node = state[inode] else { return true }
    return permits(node.statAttributes, node.extendedAttributes.hasAccessList)
  }

  /// - Throws: `ENOENT`, `EISDIR`, `ENXIO` for what has no content.
  func requireFile(_ inode: Inode) throws(Errno) -> Attributes {
    guard let node = state[inode] else { throw .noSuchFileOrDirectory }
    guard node.directory == nil else { throw .isDirectory }
    guard node.file != nil else { throw .noSuchAddressOrDevice }
    return node.statAttributes
  }

  /// A staging publishes no more. A pending name that nobody creates any more was never there (N3).
  mutating func letGo(of staging: Staging) {
    unshare(staging)
    guard let pending = staging.pending else { return }
    pending.stagings.removeAll { $0 === staging }
    if pending.stagings.isEmpty, !pending.isSequenced, let key = pending.key,
      pendingNames[key] === pending
    {
      _ = orphan(key)
    }
  }

  mutating func unshare(_ staging: Staging) {
    if live[staging.inode] === staging { live[staging.inode] = nil }
  }
}
