import FileTree
import Glibc
import struct SystemPackage.Errno

extension FuseServer {
  /// What a close of one descriptor means.
  private enum Close {
    /// Another process's, or nothing is known of the process: decides nothing (C3).
    case inherited
    /// The opener has further descriptors of this open.
    case notLast
    /// The opener's last one (C2).
    case last
    /// The opener was killed (C4).
    case killed
    /// The opener has too many descriptors to look through them on this thread.
    case uncertain
  }

  /// How many descriptors of a process are looked at on the reading thread; each takes some
  /// microseconds.
  static let descriptorsAtOnce = 64

  /// FLUSH: some process closes a descriptor of the handle. It tells neither which nor whether it
  /// is the last.
  /// - Parameter owner: whose record locks end by it.
  func flush(_ reply: consuming Reply, _ handle: Handle, _ caller: Caller, owner: UInt64) {
    let pending = reply.later()
    flush(handle, caller) { outcome in
      self.releaseRecords(of: owner, handle) { pending.resume().answer(outcome) }
    }
  }

  private func flush(_ handle: Handle, _ caller: Caller, _ answer: @escaping Answer<Void>) {
    guard let opening = handle.opening, handle.writes else { return answer(.success(())) }
    opening.lane.enter {
      let close = self.judge(handle, caller, atMost: FuseServer.descriptorsAtOnce)
      guard case .uncertain = close else {
        return self.flush(handle, opening, close, answer)
      }
      self.pool.submit {
        let close = self.judge(handle, caller, atMost: .max)
        self.flush(handle, opening, close, answer)
      }
    }
  }

  private func judge(_ handle: Handle, _ caller: Caller, atMost budget: Int) -> Close {
    guard let opener = handle.opener, opener.includes(caller.thread), let device = mountDevice
    else { return .inherited }
    let (inode, descriptions) = nodes.withLock { nodes in
      (handle.node.toldInode, nodes.writers(handle))
    }
    let descriptors = OpenDescriptors(
      writing: inode, on: device, in: caller.thread, atMost: budget)
    // A process that exits has given up its descriptors before they are closed. One that has some
    // lives, and its number cannot have been given out again in so short a time: the rest need not
    // be asked, which takes longer than all else.
    let isAlive = descriptors.map { $0.count > 0 } ?? false
    if !isAlive || !opener.isRecent {
      guard let status = ProcessStatus(caller.thread) else { return .inherited }
      if caller.thread == opener.group, status.started > opener.opened { return .inherited }
      if status.isKilled { return .killed }
      if status.isExiting { return .last }
    }
    guard let descriptors else { return budget == .max ? .inherited : .uncertain }
    // Each description that is still open has one descriptor at least: if there are fewer, this one
    // has none left. Some may have two, or have been inherited.
    if descriptors.writing < descriptions.own { return .last }
    let isSimple = descriptions.own == 1 && descriptions.others.isEmpty
    let open =
      isSimple
      ? descriptors.writing
      : descriptors.descriptions(withoutThoseOf: descriptions.others)
    return open < descriptions.own ? .last : .notLast
  }

  /// With the lane of the staging taken.
  private func flush(
    _ handle: Handle, _ opening: OpenStaging, _ close: Close, _ answer: @escaping Answer<Void>
  ) {
    switch close {
    case .inherited, .notLast, .uncertain:
      opening.lane.leave()
      answer(.success(()))
    case .killed:
      spendIfOwn(handle, opening)
      opening.lane.leave()
      dropOutdatedPages(of: opening.file, by: nil) { answer(.success(())) }
    case .last:
      nodes.withLock { _ in handle.isClosedByOpener = true }
      // What others have staged is theirs to publish (W2).
      let isOthers = opening.staging.isShared && !handle.hasStaged.load(ordering: .relaxed)
      guard isOthers, opening.staging.stagesContent else {
        return commit(opening, .close, mayWait: true, answer)
      }
      tree.settle(opening.staging) { outcome in
        opening.lane.leave()
        answer(outcome)
      }
    }
  }

  /// C4: a replacing writer's content is spent with it, a working copy if nobody else has it open,
  /// which a name that is being created may be as well. Who has it open and has staged nothing goes
  /// on with what is published.
  private func spendIfOwn(_ handle: Handle, _ opening: OpenStaging) {
    let (isOwn, isShared) = nodes.withLock { nodes in
      handle.isClosedByOpener = true
      guard opening.staging.isShared else {
        return (opening.owner.group == handle.opener?.group, false)
      }
      let others = opening.handles.filter {
        $0.writes && !$0.isClosedByOpener && $0.opener?.group != handle.opener?.group
      }
      return (!others.contains { $0.hasStaged.load(ordering: .relaxed) }, !others.isEmpty)
    }
    guard isOwn else { return }
    guard isShared else {
      nodes.withLock { $0.detach(opening) }
      return tree.spend(opening.staging)
    }
    opening.staging.dropStaged()
  }

  /// Content has been staged, with the lane taken.
  /// - Parameter handle: nil if it may be any.
  func staged(_ opening: OpenStaging, by handle: Handle?) {
    if let handle { return handle.hasStaged.store(true, ordering: .relaxed) }
    nodes.withLock { _ in
      for handle in opening.handles { handle.hasStaged.store(true, ordering: .relaxed) }
    }
  }

  /// Something has been published, with the lane taken.
  func settled(_ opening: OpenStaging) {
    guard !opening.staging.stagesContent else { return }
    nodes.withLock { _ in
      for handle in opening.handles { handle.hasStaged.store(false, ordering: .relaxed) }
    }
  }

  func sync(_ reply: consuming Reply, _ handle: Handle) {
    guard let opening = handle.opening else { return syncAll(reply) }
    let pending = reply.later()
    opening.lane.enter {
      self.commit(opening, .fsync, mayWait: self.mayWait(handle)) { pending.resume().answer($0) }
    }
  }

  /// The kernel holds the node's lock over an `fsync` or a write: where a directory operation may
  /// wait for that, the notifier must not be waited for. None leads to it once it is published.
  func mayWait(_ handle: Handle) -> Bool {
    guard handle.node.kind == .staged else { return false }
    let isPending = handle.opening?.staging.isCreation == true
    return !(isPending && nodes.withLock { _ in handle.node.isReachable })
  }

  /// Everything that was published is durable (D3).
  func syncAll(_ reply: consuming Reply) {
    let pending = reply.later()
    tree.sync { outcome in pending.resume().answer(outcome) }
  }

  /// Publishes what is staged, with the lane taken, and answers when the kernel shows it.
  func commit(
    _ opening: OpenStaging, _ reason: CommitReason, mayWait: Bool,
    _ answer: @escaping Answer<Void>
  ) {
    commitsUnderWay.add(1, ordering: .relaxed)
    tree.commit(opening.staging, reason) { outcome in
      self.commitsUnderWay.subtract(1, ordering: .relaxed)
      if case .failure = outcome { self.nodes.withLock { $0.detach(opening) } }
      self.settled(opening)
      opening.lane.leave()
      let directory = self.announce(opening, outcome)
      self.dropOutdatedPages(of: opening.file, by: opening) {
        self.published(opening.file, in: directory, mayWait: mayWait) { answer(outcome) }
      }
    }
  }

  /// A working copy without changes follows what another staging published, and so must the pages
  /// that the kernel has of it (W2).
  func dropOutdatedPages(
    of file: KernelFile, by publisher: OpenStaging?, then: @escaping @Sendable () -> Void
  ) {
    let live = nodes.withLock { _ in
      file.live?.mayHavePages == true && file.live?.opening !== publisher ? file.live : nil
    }
    guard let live else { return then() }
    notifier.dropPages([(node: live, offset: 0)], then: then)
  }

  /// The last descriptor anywhere has gone.
  func release(_ reply: consuming Reply, _ number: UInt64) {
    let handle = Handle.takeBack(number)
    let pending = reply.later()
    // Whoever asks for the file from here on waits for the commit (C3), and so do its locks (C6).
    close(handle) {
      // Nobody waits for this answer but the server, before it ends.
      self.releaseLocks(by: number, handle) { pending.resume().done() }
    }
  }

  /// Of a handle that was given to the kernel.
  func close(_ handle: Handle, then: @escaping @Sendable () -> Void = {}) {
    opened.subtract(1, ordering: .relaxed)
    nodes.withLock { $0.closed(handle) }
    drop(handle, then: then)
  }

  func drop(_ handle: Handle, then: @escaping @Sendable () -> Void = {}) {
    guard let opening = nodes.withLock({ $0.close(handle) }) else { return then() }
    opening.lane.enter {
      self.tree.forget(opening.staging) { outcome in
        opening.lane.leave()
        let waiters = self.nodes.withLock { $0.released(opening) }
        let directory = self.announce(opening, outcome)
        self.dropOutdatedPages(of: opening.file, by: opening) {}
        self.published(opening.file, in: directory, mayWait: false) {}
        for waiter in waiters { waiter() }
        then()
      }
    }
  }

  /// The directory that may have a new name by this commit.
  func announce(_ opening: OpenStaging, _ outcome: Result<Void, Errno>) -> UInt64? {
    guard case .success = outcome, !opening.staging.isCreation else { return nil }
    return nodes.withLock { _ in
      defer { opening.directory = nil }
      return opening.directory
    }
  }

  /// The kernel must not go on showing what was there before a publication; `then` runs when it
  /// does not.
  /// - Parameters:
  ///   - directory: the node of a directory that may have a new name.
  ///   - mayWait: whether `then` may wait for the notifier.
  func published(
    _ file: KernelFile, in directory: UInt64? = nil, mayWait: Bool,
    then: @escaping @Sendable () -> Void
  ) {
    if let directory { notifier.dropAttributes(ofDirectory: directory) }
    let current = tree.view(file.inode)?.version
    let (believed, hasOutdatedName) = nodes.withLock { nodes in
      (nodes.disbelieve(file.published), nodes.outdatedName(of: file, current: current) != nil)
    }
    if mayWait {
      notifier.refresh(file, believed, current: current, names: hasOutdatedName, then: then)
    } else {
      notifier.refresh(file, believed, current: current, names: hasOutdatedName)
      then()
    }
  }
}

extension Reply {
  consuming func answer(_ outcome: Result<Void, Errno>) {
    switch outcome {
    case .success: done()
    case .failure(let error): fail(error)
    }
  }
}
