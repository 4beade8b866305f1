import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

/// Locks belong to the file, whichever of its nodes a descriptor is on (I3). The kernel keeps those
/// of `fcntl` and `flock` apart, tells of each who owns it, and of each close.
extension FuseServer {
  /// `F_GETLK`, `F_OFD_GETLK`.
  func testLock(
    _ reply: consuming Reply, _ id: UInt64, _ handle: UInt64, _ lock: flock, owner: UInt64
  ) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    let wanted = RecordLock(
      owner: owner, handle: handle, process: lock.l_pid, range: .init(lock),
      isExclusive: lock.l_type == F_WRLCK)
    var answer = lock
    if let conflict = locks.withLock({ $0[node.inode].conflict(with: wanted) }) {
      answer = conflict.description
    } else {
      answer.l_type = Int16(F_UNLCK)
    }
    reply.lock(answer)
  }

  /// `F_SETLK`, `F_SETLKW` and theirs of open file descriptions.
  func setLock(
    _ reply: consuming Reply, _ handle: UInt64, _ lock: flock, owner: UInt64, waits: Bool
  ) {
    let opened = Handle.named(handle)
    let range = ClosedRange<UInt64>(lock)
    guard lock.l_type != F_UNLCK else {
      return release(reply, opened) { $0.releaseRecords(of: owner, in: range) }
    }
    let wanted = RecordLock(
      owner: owner, handle: handle, process: lock.l_pid, range: range,
      isExclusive: lock.l_type == F_WRLCK)
    acquire(reply, .record(wanted), opened, waits: waits)
  }

  /// `flock(2)`.
  func setWholeLock(
    _ reply: consuming Reply, _ handle: UInt64, operation: Int32, owner: UInt64
  ) {
    let opened = Handle.named(handle)
    guard operation & LOCK_UN == 0 else {
      return release(reply, opened) { $0.releaseWhole(of: owner) }
    }
    let wanted = WholeLock(
      owner: owner, handle: handle, isExclusive: operation & LOCK_EX != 0)
    acquire(reply, .whole(wanted), opened, waits: operation & LOCK_NB == 0)
  }

  // MARK: Getting one

  private func acquire(
    _ reply: consuming Reply, _ request: FileLocks.Request, _ handle: Handle, waits: Bool
  ) {
    let inode = handle.node.inode
    guard locks.withLock({ $0[inode].givesUp(for: request) }) else {
      return acquireNow(reply, request, handle, waits: waits)
    }
    // To become a shared one is to let others in.
    let pending = reply.later()
    handOver(handle) {
      let granted = self.locks.withLock { table in
        table.change(inode) { locks in
          if case .whole(let lock) = request { locks.releaseWhole(of: lock.owner) }
        }
      }
      for waiter in granted { waiter.end(true) }
      self.acquireNow(pending.resume(), request, handle, waits: waits)
    }
  }

  private func acquireNow(
    _ reply: consuming Reply, _ request: FileLocks.Request, _ handle: Handle, waits: Bool
  ) {
    let inode = handle.node.inode
    let pending = reply.later()
    let end = { @Sendable (isGranted: Bool) in
      guard isGranted else { return pending.resume().fail(.interrupted) }
      self.seePublished(handle) { pending.resume().done() }
    }
    enum Outcome { case got, refused(Errno), waiting }
    let outcome: Outcome = locks.withLock { table in
      if table.acquire(request, on: inode) { return .got }
      guard waits else { return .refused(.resourceTemporarilyUnavailable) }
      guard let number = table.wait(for: request, on: inode, end: end) else {
        return .refused(.deadlock)
      }
      // Under the lock: once others can let go, the request may be answered and gone.
      pending.onInterrupt(number)
      return .waiting
    }
    switch outcome {
    case .got:
      // Who shares now lets others share.
      for waiter in locks.withLock({ $0.change(inode) { _ in } }) { waiter.end(true) }
      end(true)
    case .refused(let error): pending.resume().fail(error)
    case .waiting: break
    }
  }

  /// A signal has come to a process that waits.
  func interruptLock(_ number: UInt) {
    pool.submit { self.locks.withLock { $0.takeBack(number) }?.end(false) }
  }

  /// The mount ends: nobody waits any more.
  func interruptLocks() {
    for waiter in locks.withLock({ $0.takeBackAll() }) { waiter.end(false) }
  }

  // MARK: Letting go

  private func release(
    _ reply: consuming Reply, _ handle: Handle,
    _ change: @escaping @Sendable (inout FileLocks) -> Void
  ) {
    let pending = reply.later()
    release(handle, change) { pending.resume().done() }
  }

  private func release(
    _ handle: Handle, _ change: @escaping @Sendable (inout FileLocks) -> Void,
    then: @escaping @Sendable () -> Void
  ) {
    handOver(handle) {
      for waiter in self.locks.withLock({ $0.change(handle.node.inode, change) }) {
        waiter.end(true)
      }
      then()
    }
  }

  /// A process closes a descriptor of the file: all its record locks there go (fcntl(2)).
  func releaseRecords(
    of owner: UInt64, _ handle: Handle, then: @escaping @Sendable () -> Void
  ) {
    let holds = locks.withLock { $0[handle.node.inode].holdsRecords(owner) }
    guard holds else { return then() }
    release(handle, { $0.releaseRecords(of: owner, in: 0...UInt64.max) }, then: then)
  }

  /// A descriptor has gone everywhere; what it staged may be others' too, who go on.
  func releaseLocks(
    by number: UInt64, _ handle: Handle, then: @escaping @Sendable () -> Void
  ) {
    guard locks.withLock({ $0[handle.node.inode].holdsAny(by: number) }) else { return then() }
    release(handle, { $0.releaseAll(by: number) }, then: then)
  }

  /// C6: what was staged under the lock is published before the next one gets it. It waits for no
  /// disk: the next `close` or `fsync` does.
  private func handOver(_ handle: Handle, then: @escaping @Sendable () -> Void) {
    guard handle.writes, let opening = handle.opening, opening.staging.isShared else {
      return then()
    }
    opening.lane.enter {
      self.commit(opening, .unlock, mayWait: self.mayWait(handle)) { _ in then() }
    }
  }
}
