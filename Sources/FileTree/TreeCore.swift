import LogFormat

/// Everything that the tree's lock guards.
///
/// Lock order: the tree's lock, then a staging's status, then a chunk's state, then the log's
/// queue. None is held over I/O or an answer.
struct TreeCore {
  /// What is published.
  var state = TreeState()
  /// Leads from there to what is durable.
  var wayBack = WayBack()
  /// Names that are reserved (N1).
  var pendingNames: [EntryKey: PendingFile] = [:]
  /// The working copies that updating writers share (W2).
  var live: [Inode: Staging] = [:]
  /// Files with a publication on its way.
  var inFlight: [Inode: InFlight] = [:]
  /// Files to which appends have added many extents.
  var fragmented: Set<Inode> = []
  /// A checkpoint waits for the publications in flight; new ones wait here for the checkpoint's
  /// snapshot.
  var gate: Gate?
  /// Publications that have their place in the order and are not applied yet.
  var unapplied = 0
  /// The last place in the order that was given out.
  var lastSequence = CommitSequence(rawValue: 0)
  private var lastTime = Timestamp(seconds: 0, nanoseconds: 0)
  private var nextPrivateInode = Self.firstPrivateInode
  private var nextInode: UInt64 = 0

  /// No file has a number as high as this.
  static let firstPrivateInode: UInt64 = 1 << 62

  /// The present time; never earlier than a time that was given out before, so that times follow
  /// the order of changes.
  mutating func now() -> Timestamp {
    lastTime = max(lastTime, Timestamp.now())
    return lastTime
  }

  /// A file number that was never used.
  mutating func newInode() -> Inode {
    nextInode = max(nextInode, state.nextInode)
    defer { nextInode += 1 }
    return Inode(rawValue: nextInode)
  }

  /// A number for a replacement that was not published yet (I1).
  mutating func newPrivateInode() -> Inode {
    defer { nextPrivateInode += 1 }
    return Inode(rawValue: nextPrivateInode)
  }

  func directory(_ inode: Inode) -> Directory? { state[inode]?.directory }

  /// What the next publication of the file follows in the order, published or not.
  func predecessor(of inode: Inode) -> FileBody? {
    inFlight[inode]?.last ?? state[inode]?.file
  }

  /// Whether a publication in flight takes a name from the file: perhaps its last, so that nothing
  /// that comes later may speak of the file until it is known to be there.
  func isDisplaced(_ inode: Inode) -> Bool { (inFlight[inode]?.displacing ?? 0) > 0 }

  /// The file whose publication has to end before the name can be changed.
  func unsettled(_ key: EntryKey) -> Inode? {
    guard let pending = pendingNames[key], inFlight[pending.inode] != nil else { return nil }
    return pending.inode
  }
}

/// The publications of one file that have begun and not ended.
struct InFlight {
  var count = 0
  /// Of them, those whose last descriptor has gone: requests about the file wait for them (C3).
  var releasing = 0
  /// Of them, those that have their place in the order.
  var sequenced = 0
  /// Publications of other files that are to take a name from this one. What comes after them in
  /// the order may find no file any more, so it has to wait.
  var displacing = 0
  /// The last of them in the order.
  var last: FileBody?
  /// The last mode that one of them sets.
  var lastMode: UInt32?
  /// What waits for them to end.
  var waiters: [@Sendable () -> Void] = []
}

/// Holds publications back while a checkpoint takes its snapshot.
struct Gate {
  var waiting: [@Sendable () -> Void] = []
  var snapshot: @Sendable (TreeState, CommitSequence) -> Void
}
