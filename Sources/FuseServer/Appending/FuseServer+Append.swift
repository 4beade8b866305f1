import FileTree
import struct SystemPackage.Errno

/// Appends (W3) and what readers see of them (R3).
///
/// The kernel looks at a file's size after it has taken a page: a page that was filled when the file
/// was shorter would show zeros where the append is. So descriptors that append bypass its pages,
/// readers that come while there are such descriptors do so too, and pages that it holds already are
/// dropped before it may know of the new size.
extension FuseServer {
  /// A `write` with `O_APPEND`: goes to the end, wherever the kernel takes that to be.
  func append(
    _ reply: consuming Reply, _ handle: Handle, _ opening: OpenStaging,
    _ bytes: UnsafeRawBufferPointer, isSynchronous: Bool
  ) {
    let pending = reply.later()
    let count = bytes.count
    let append = { @Sendable (bytes: UnsafeRawBufferPointer) in
      let growing = self.nodes.withLock { $0.beginGrowth(of: handle, opening) }
      self.tree.append(bytes, to: opening.staging) { outcome in
        guard case .success = outcome, isSynchronous else {
          return self.appended(pending.resume(), opening, growing, outcome.map { count })
        }
        self.tree.commit(opening.staging, .fsync) { outcome in
          self.appended(pending.resume(), opening, growing, outcome.map { count })
        }
      }
    }
    if opening.lane.tryEnter() {
      if !opening.staging.isLarge { return append(bytes) }
      return pool.submit(keeping(bytes, append))
    }
    opening.lane.enter(keeping(bytes, append))
  }

  private func appended(
    _ reply: consuming Reply, _ opening: OpenStaging,
    _ growing: [(node: KernelNode, offset: UInt64)], _ outcome: Result<Int, Errno>
  ) {
    opening.lane.leave()
    let pending = reply.later()
    let directory = announce(opening, outcome.map { _ in })
    notifier.dropPages(growing) {
      if !growing.isEmpty {
        self.nodes.withLock { nodes in for (node, _) in growing { nodes.endGrowth(of: node) } }
      }
      self.published(opening.file, in: directory, mayWait: false) {
        let reply = pending.resume()
        switch outcome {
        case .success(let count): reply.written(count)
        case .failure(let error): reply.fail(error)
        }
      }
    }
  }
}
