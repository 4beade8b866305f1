import FileTree
import Glibc
import struct SystemPackage.Errno

/// Appends (W3) and what readers see of them (R3).
///
/// The kernel looks at a file's size after it has taken a page: from a page that was filled when
/// the file was shorter it would give zeros where the append is. So descriptors that append bypass
/// its pages, and so do readers that come while there are such. Pages that nobody reads any more
/// are dropped before the kernel is told of the new size. Where somebody may be reading one,
/// dropping it is not enough: that node is frozen. The names are led to another one of the same
/// version, and those who have the frozen node open see the file grow a moment later, when no read
/// that had taken a page can still be under way.
extension FuseServer {
  /// A `write` with `O_APPEND`: goes to the end, wherever the kernel takes that to be.
  func append(
    _ reply: consuming Reply, _ handle: Handle, _ opening: OpenStaging,
    _ bytes: UnsafeRawBufferPointer, isSynchronous: Bool, _ caller: Caller
  ) {
    let pending = reply.later()
    let count = bytes.count
    let append = { @Sendable (bytes: UnsafeRawBufferPointer) in
      self.clearSetID(handle, opening.staging, caller)
      let growth = self.nodes.withLock { $0.beginGrowth(of: handle, opening) }
      self.tree.append(bytes, to: opening.staging) { outcome in
        guard case .success = outcome, isSynchronous else {
          return self.appended(pending.resume(), handle, opening, growth, outcome.map { count })
        }
        self.tree.commit(opening.staging, .fsync) { outcome in
          self.appended(pending.resume(), handle, opening, growth, outcome.map { count })
        }
      }
    }
    if opening.lane.tryEnter() {
      if !opening.staging.isLarge { return append(bytes) }
      return pool.submit(keeping(bytes, append))
    }
    opening.lane.enter(keeping(bytes, append))
  }

  /// The kernel looks after set-id bits only where writes pass through its pages.
  private func clearSetID(_ handle: Handle, _ staging: Staging, _ caller: Caller) {
    // What nobody else publishes in the meantime has all of it at hand.
    if staging.isCreation || !staging.isShared {
      try? clearPrivileges(staging, caller)
      return
    }
    if staging.setsCapability { try? staging.removeCapability() }
    if caller.uid == 0 {
      guard staging.attributes().mode & (S_ISUID | S_ISGID) != 0, !caller.holds(.keepingSetID)
      else { return }
      staging.markUnprivileged()
    }
    if staging.setsMode {
      try? clearSetID(staging, caller)
    } else if let change = clearingSetGroupID(nil, [], handle.node, caller) {
      tree.setAttributes(handle.node.inode, change) { _ in }
    }
  }

  private func appended(
    _ reply: consuming Reply, _ handle: Handle, _ opening: OpenStaging,
    _ growth: NodeTable.Growth, _ outcome: Result<Int, Errno>
  ) {
    settled(opening)
    opening.lane.leave()
    let pending = reply.later()
    let directory = announce(opening, outcome.map { _ in })
    let answer = { @Sendable in
      if growth.lags { self.notifier.catchUp(opening.file, self) }
      let mayWait = growth.freezes && self.mayWait(handle)
      self.published(opening.file, in: directory, mayWait: mayWait) {
        pending.resume().written(outcome)
      }
    }
    guard !growth.drops.isEmpty else { return answer() }
    notifier.dropPages(growth.drops) {
      self.nodes.withLock { $0.endGrowth(growth) }
      if growth.mayWait { answer() }
    }
    // The kernel keeps a page of the caller's locked until the answer.
    if !growth.mayWait { answer() }
  }
}
