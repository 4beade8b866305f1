import CommitLog
import LogFormat
import Logging
import Storage
import struct SystemPackage.Errno

extension FileTree {
  /// Recovers the tree from a store: the newest sound checkpoint and the log after it.
  /// - Throws: what `CommitLog.open` throws: `LogDamage` (F2), `FormatError` for a store of a newer
  ///   format (F6), `StorageError`. Nothing was changed then.
  public static func open(
    _ storage: any Storage, readOnly: Bool = false, durability: DurabilityMode = .close,
    configuration: LogConfiguration = LogConfiguration(), logger: Logger
  ) throws -> FileTree {
    var recovery = TreeRecovery()
    let log = try CommitLog.open(
      storage, readOnly: readOnly, configuration: configuration, recovery: &recovery)
    try recovery.finish()
    var state = recovery.state
    if let next = log.recoveryReport.checkpointState.first {
      try state.reserveInodes(below: next)
    }
    let tree = FileTree(
      log: log, state: state, durability: durability, isReadOnly: readOnly, logger: logger)
    tree.followLog()
    tree.attachChunks()
    log.finishRecovery()
    if !readOnly {
      do {
        try tree.makeRootIfMissing()
      } catch {
        // What its threads still make would be in the way of whoever takes the store back.
        try? log.close()
        throw error
      }
      tree.maintenance.start(tree)
    }
    return tree
  }

  /// What recovery found.
  public var recoveryReport: RecoveryReport { log.recoveryReport }

  /// Makes everything durable, leaves a checkpoint for a quick start, and ends. Whatever is still
  /// staged is gone (C8).
  public func close() throws {
    maintenance.stop()
    let checkpoint = Result { if !isReadOnly { try checkpointIfChanged() } }
    try log.close()
    do {
      try checkpoint.get()
    } catch let error as StorageError where error.isForWantOfRoom {
      store.logger.warning("no room for a checkpoint, so the next mount takes longer: \(error)")
    }
  }

  func attachChunks() {
    let state = core.withLock { $0.state }
    // What follows each other in one segment is accounted for at once.
    var run: (position: LogPosition, length: UInt64)?
    for node in state.nodes {
      node.file?.content.extents.forEach { extent in
        guard let (location, length) = extent.chunk.adopt(for: store) else { return }
        guard case .log(let position) = location else {
          return log.retain(location, length: length)
        }
        if let present = run, present.position.segment == position.segment {
          run = (position, present.length + length)
        } else {
          if let run { log.retain(.log(run.position), length: run.length) }
          run = (position, length)
        }
      }
    }
    if let run { log.retain(.log(run.position), length: run.length) }
  }

  private func makeRootIfMissing() throws {
    guard view(.root) == nil else { return }
    let now = Timestamp.now()
    let root = CreateRecord(
      inode: .root, mode: FileType.directory | 0o755, uid: Platform.userID, gid: Platform.groupID,
      rdev: 0, accessed: now, modified: now, changed: now, created: now, symlinkTarget: [])
    let made = Awaited<Result<Void, Errno>>()
    perform({ made.set($0) }) { core throws(Errno) in
      .change(Change(records: [.create(root)], durability: .wait) { _ in })
    }
    try made.wait().get()
  }
}
