import CommitLog
import LogFormat
import Logging
import Storage
import struct SystemPackage.Errno

/// What can be read of a damaged store, as a tree in memory. The store is not changed.
public struct SalvagedTree: Sendable {
  let tree: FileTree
  let state: TreeState
  let doubts: [Inode: FileLoss.Reason]
  let changes: [Inode: CommitSequence]
  let unlinked: Set<Inode>
  let earlier: [Inode: [FileBody]]

  /// What was found of the log.
  public let report: SalvageReport

  /// Reads the log and the checkpoints, and no content yet.
  /// - Parameter progress: called with the segments that were read, and how many there are.
  /// - Throws: what `CommitLog.salvage` throws: `FormatError` if it is a store of a newer format
  ///   (F6) or nothing tells which store it is, `StorageError`.
  public init(
    _ storage: any Storage, logger: Logger, _ progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    var salvage = TreeSalvage()
    let (log, report) = try CommitLog.salvage(storage, recovery: &salvage, progress)
    salvage.finish(nextInode: log.recoveryReport.checkpointState.first)
    state = salvage.state
    doubts = salvage.doubts
    changes = salvage.changes
    unlinked = salvage.unlinked
    earlier = salvage.earlier
    self.report = report
    tree = FileTree(
      log: log, state: salvage.state, durability: .close, isReadOnly: true, logger: logger)
    tree.attachChunks()
    for file in earlier.values.joined() {
      file.content.extents.forEach { $0.chunk.attach(to: tree.store) }
    }
    try MisplacedBlobs(log).find(for: salvage.state)
  }

  /// Files and directories that were found.
  public var fileCount: Int { state.nodes.count }

  /// Bytes of content that can be there at most.
  public var contentBytes: UInt64 {
    state.nodes.reduce(0) { $0 + ($1.file?.content.extents.allocated ?? 0) }
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
  /// `lost+found` under its number, with holes where bytes are missing; beside it an earlier
  /// version, if one is left that is whole.
  /// - Returns: what is lost.
  /// - Throws: an `Errno` if the target cannot be written.
  public func copy(
    into target: FileTree, _ progress: (VerifyProgress) -> Void
  ) throws(Errno) -> [FileLoss] {
    var rescue = Rescue(self, into: target)
    do { try rescue.run(progress) } catch { throw Errno(error) }
    return rescue.losses
  }
}
