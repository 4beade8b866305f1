import CommitLog
import LogFormat

extension FileTree {
  /// Writes the whole tree down as it is at one place in the order, so that recovery need not
  /// replay what came before. Blocks for I/O; publications are held back for the moment of the
  /// snapshot only.
  package func checkpointIfChanged() throws {
    try log.waitUntilDurable()
    guard log.bytesSinceCheckpoint > 0 || log.isCheckpointAdvised else { return }
    let (state, sequence) = snapshot()
    // It waits until all of it is durable; then every chunk knows its place in the store.
    try log.writeCheckpoint(
      through: sequence, state: [state.nextInode], records: state.checkpointRecords)
  }

  private func snapshot() -> (TreeState, CommitSequence) {
    let taken = Awaited<(TreeState, CommitSequence)>()
    let waiters = core.withLock { core in
      core.gate = Gate { state, sequence in taken.set((state, sequence)) }
      return core.openGateIfIdle()
    }
    for waiter in waiters { waiter() }
    return taken.wait()
  }
}

extension TreeState {
  /// The tree as records: first every file, then every name.
  var checkpointRecords: AnySequence<Record> {
    let files = nodes.lazy.flatMap { $0.checkpointRecords }
    let names = nodes.lazy.flatMap { $0.nameRecords }
    return AnySequence([AnySequence(files), AnySequence(names)].joined())
  }
}

extension Node {
  fileprivate var checkpointRecords: [Record] {
    guard let content = file?.content, content.size > 0 else { return creation }
    return creation + [.setContent(content.record(for: inode))]
  }

  fileprivate var nameRecords: [Record] {
    (directory?.entries ?? [:]).map { name, child in
      .link(LinkRecord(parent: inode, name: name, inode: child, time: nil))
    }
  }
}
