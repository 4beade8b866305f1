import CommitLog
import LogFormat
import Logging
import Storage

/// What can be read of a damaged store, as a tree in memory. The store is not changed.
public struct SalvagedTree: Sendable {
  let tree: FileTree
  let state: TreeState
  let doubts: [Inode: FileLoss.Reason]
  let changes: [Inode: CommitSequence]
  let unlinked: Set<Inode>

  /// What was found of the log.
  public let report: SalvageReport

  /// - Throws: what `CommitLog.salvage` throws: `FormatError` if it is a store of a newer format
  ///   (F6) or nothing tells which store it is, `StorageError`.
  public init(_ storage: any Storage, logger: Logger) throws {
    var salvage = TreeSalvage()
    let (log, report) = try CommitLog.salvage(storage, recovery: &salvage)
    salvage.finish(nextInode: log.recoveryReport.checkpointState.first)
    state = salvage.state
    doubts = salvage.doubts
    changes = salvage.changes
    unlinked = salvage.unlinked
    self.report = report
    tree = FileTree(
      log: log, state: salvage.state, durability: .close, isReadOnly: true, logger: logger)
    tree.attachChunks()
  }

  /// Files and directories that were found.
  public var fileCount: Int { state.nodes.count }

  /// Bytes of content that can be there at most.
  public var contentBytes: UInt64 {
    state.nodes.reduce(0) { $0 + ($1.value.file?.content.extents.allocated ?? 0) }
  }

  /// Reads everything, and tells what is lost.
  /// - Parameter progress: called now and then.
  public func losses(_ progress: (VerifyProgress) -> Void) -> [FileLoss] {
    var rescue = Rescue(self, into: nil)
    // Without a target nothing can fail.
    try? rescue.run(progress)
    return rescue.losses
  }

  /// Writes everything that is sound into an empty tree: files with their numbers, names, owners,
  /// times, extended attributes and holes. What is not, or has no name any more, comes to lie in
  /// `lost+found` under its number, with holes where bytes are missing.
  /// - Returns: what is lost.
  /// - Throws: an `Errno` if the target cannot be written.
  public func copy(
    into target: FileTree, _ progress: (VerifyProgress) -> Void
  ) throws -> [FileLoss] {
    var rescue = Rescue(self, into: target)
    try rescue.run(progress)
    return rescue.losses
  }
}
