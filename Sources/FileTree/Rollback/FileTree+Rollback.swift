import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// When the log fails, the tree shows at once what is durable and nothing else, and keeps to it
/// (F1).
extension FileTree {
  /// True from the first failure of the log on: what is published is served, changes are refused
  /// with `EROFS`, until the store is opened again.
  public var hasFailed: Bool { failed.load(ordering: .acquiring) }

  /// Has `listener` told, once, of what was visible and is taken back when the log fails: on the
  /// log's thread, with no lock held, before anybody is told of the failure.
  public func whenTakenBack(_ listener: @escaping @Sendable (TakenBack) -> Void) {
    rollbackListener.withLock { $0 = listener }
  }

  func followLog() {
    log.follow(
      LogProgress(
        reached: { [weak self] in self?.settle(through: $0) },
        failed: { [weak self] in self?.takeBack(behind: $0, $1) },
        segmentFilled: { [weak self] in
          if let self { maintenance.hasten(self) }
        }))
  }

  /// - Throws: `EROFS` after a failure of the log.
  func refuseIfFailed() throws(Errno) {
    if hasFailed { throw .readOnlyFileSystem }
  }

  private func settle(through durable: CommitSequence) {
    let settled = core.withLock { core in
      let whole =
        core.unapplied == 0 ? WayBack.Mark(state: core.state, sequence: core.lastSequence) : nil
      return core.wayBack.settle(through: durable, whole: whole)
    }
    guard let base = settled.replayed() else { return }
    core.withLock { $0.wayBack.rebase(base) }
  }

  private func takeBack(behind durable: CommitSequence, _ errno: Errno) {
    let (lost, change) = core.withLock { core in
      failed.store(true, ordering: .releasing)
      return core.takeBack(behind: durable)
    }
    store.logger.error(
      "the disk failed under the log: what was not durable is taken back, changes are refused",
      metadata: [
        "error": "\(errno)", "last commit": "\(durable.rawValue)", "taken back": "\(lost) changes",
        "remedy": "look after the disk, then unmount the store and mount it again",
      ])
    if let change { rollbackListener.withLock { $0 }?(change) }
  }
}

extension TreeCore {
  /// Shows what is durable. Returns how many commits that takes back, and what they are about.
  fileprivate mutating func takeBack(
    behind sequence: CommitSequence
  ) -> (lost: Int, TakenBack?) {
    guard let failure = wayBack.fail(behind: sequence) else { return (0, nil) }
    let visible = state
    let change = TakenBack(failure.lost, visible: visible, durable: failure.durable)
    state = failure.durable
    for inode in change.inodes {
      if let file = state[inode]?.file {
        // Its readers see it end where it did.
        file.version.become(file.content)
        if visible[inode]?.file?.isSame(as: file) == true { continue }
      }
      if let staging = live[inode] { takeBack(staging) }
    }
    for commit in failure.lost {
      if let staging = commit.staging { takeBack(staging) }
      for staging in commit.pending?.stagings ?? [] { takeBack(staging) }
    }
    return (failure.lost.count, change)
  }

  /// C7: what was published through it, or what it builds upon, has gone.
  private mutating func takeBack(_ staging: Staging) {
    staging.takeBack()
    letGo(of: staging)
  }
}

extension Staging {
  /// May come at any time, so the content is left to the request under way; `follow` drops it.
  fileprivate func takeBack() {
    status.withLock { status in
      status.spent = status.spent ?? .ioError
      status.extended = StagedExtendedAttributes()
      if isShared { status.isClean = true }
    }
  }
}
