import CommitLog
import Locking
import LogFormat
import Logging
import struct Synchronization.Atomic
import struct SystemPackage.Errno

/// Called once with the outcome: before the call returns when nothing has to wait, later and on
/// another thread otherwise; never with a lock held.
public typealias Answer<Value> = @Sendable (Result<Value, Errno>) -> Void

/// Names that lead to files, files that lead to versions. Names and attributes change at once, in
/// the order of the log; content is staged and changes when its commit is durable.
public final class FileTree: Sendable {
  public let durability: DurabilityMode
  let isReadOnly: Bool
  let store: ContentStore
  let core: Mutex<TreeCore>
  let maintenance: Maintenance
  /// Set under the tree's lock, once.
  let failed = Atomic<Bool>(false)
  /// Who is told of what was taken back.
  let rollbackListener = Mutex<(@Sendable (TakenBack) -> Void)?>(nil)

  package var log: CommitLog { store.log }

  init(
    log: CommitLog, state: TreeState, durability: DurabilityMode, isReadOnly: Bool, logger: Logger
  ) {
    self.durability = durability
    self.isReadOnly = isReadOnly
    store = ContentStore(log: log, logger: logger)
    var core = TreeCore()
    core.state = state
    core.lastSequence = log.recoveryReport.last
    self.core = Mutex(core)
    maintenance = Maintenance()
  }

  /// What a path to the file shows; nil if it has no name any more.
  public func view(_ inode: Inode) -> FileView? {
    core.withLock { $0.state.view(inode) }
  }

  /// What the next publication of the file follows in the order.
  func predecessor(of inode: Inode) -> FileBody? {
    core.withLock { $0.predecessor(of: inode) }
  }

  /// What a path to the file shows.
  func published(_ inode: Inode) -> FileBody? {
    core.withLock { $0.state[inode]?.file }
  }

  /// What a staged file's descriptor shows, without what is staged.
  func attributes(for staging: Staging) -> (Attributes, isNamed: Bool) {
    core.withLock { core in
      if let node = core.state[staging.inode] { return (node.statAttributes, true) }
      var attributes = staging.opened
      attributes.links = staging.pending?.key.map { core.pendingNames[$0] != nil } ?? false ? 1 : 0
      return (attributes, false)
    }
  }
}
