import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// `chmod`, `chown`, `utimensat` by path, or by a descriptor with nothing staged.
  public func setAttributes(
    _ inode: Inode, _ change: AttributeChange, _ answer: @escaping Answer<FileView>
  ) {
    perform(answer) { core throws(Errno) in
      guard core.inFlight[inode] == nil else { return .wait(inode) }
      guard core.state[inode] != nil else { throw .noSuchFileOrDirectory }
      let record = SetAttributesRecord(inode: inode, change, at: core.now())
      return .change(Change(records: [.setAttributes(record)]) { $0.state.view(inode)! })
    }
  }

  /// `truncate(2)`: one commit of its own (W4).
  /// - Parameter change: comes with it, as where set-id bits are cleared.
  public func truncate(
    _ inode: Inode, size: UInt64, with change: AttributeChange? = nil,
    _ answer: @escaping Answer<FileView>
  ) {
    let staging: Staging
    do throws(Errno) {
      staging = try truncation(of: inode)
      try staging.resize(to: size)
      if let change { try staging.setAttributes(change) }
    } catch {
      answer(.failure(error))
      return
    }
    commit(staging, .close) { outcome in
      answer(
        outcome.flatMap { _ in
          self.view(inode).map { .success($0) } ?? .failure(.noSuchFileOrDirectory)
        })
    }
  }

  private func truncation(of inode: Inode) throws(Errno) -> Staging {
    try refuseIfFailed()
    return try core.withLock { core throws(Errno) in
      let file = try core.requireFile(inode)
      guard let present = core.predecessor(of: inode) else { throw .noSuchFileOrDirectory }
      return Staging(
        of: file, in: self, content: StagedContent(base: present, isChanged: false))
    }
  }
}

extension Staging {
  /// As `ftruncate(2)`: the modification time changes even if the size stays.
  public func resize(to size: UInt64) throws(Errno) {
    try truncate(to: size)
    if !content.isChanged { try setAttributes(AttributeChange(modified: .now)) }
  }
}

extension SetAttributesRecord {
  init(inode: Inode, _ change: AttributeChange, at now: Timestamp) {
    self.init(
      inode: inode, mode: change.mode, uid: change.uid, gid: change.gid,
      accessed: change.accessed?.resolved(now), modified: change.modified?.resolved(now),
      changed: now)
  }
}
