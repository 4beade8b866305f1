import LogFormat

/// The locks of all files, and who waits for one. Lives behind a lock of its own.
struct LockTable: Sendable {
  /// A request that waits for others to let go.
  struct Waiter: Sendable {
    let number: UInt
    let inode: Inode
    let request: FileLocks.Request
    /// Called once, with true when the lock was got, with false when the wait was broken off.
    let end: @Sendable (Bool) -> Void
  }

  private var files: [Inode: FileLocks] = [:]
  /// In the order in which they came.
  private var waiters: [Waiter] = []
  private var lastNumber: UInt = 0

  subscript(inode: Inode) -> FileLocks { files[inode] ?? FileLocks() }

  /// False if somebody stands in the way.
  mutating func acquire(_ request: FileLocks.Request, on inode: Inode) -> Bool {
    files[inode, default: FileLocks()].acquire(request)
  }

  /// Changes the locks of a file; returns the waiters whose turn has come, with their locks.
  mutating func change(_ inode: Inode, _ change: (inout FileLocks) -> Void) -> [Waiter] {
    guard var locks = files[inode] else { return [] }
    change(&locks)
    var granted: [Waiter] = []
    waiters.removeAll { waiter in
      guard waiter.inode == inode, locks.acquire(waiter.request) else { return false }
      granted.append(waiter)
      return true
    }
    files[inode] = locks.isEmpty ? nil : locks
    return granted
  }

  /// Adds a waiter; returns its number. Nil if those who stand in its way wait for it themselves.
  mutating func wait(
    for request: FileLocks.Request, on inode: Inode, end: @escaping @Sendable (Bool) -> Void
  ) -> UInt? {
    if case .record = request, isDeadlock(request, on: inode) { return nil }
    lastNumber += 1
    waiters.append(Waiter(number: lastNumber, inode: inode, request: request, end: end))
    return lastNumber
  }

  /// Nil if its turn has come already.
  mutating func takeBack(_ number: UInt) -> Waiter? {
    guard let index = waiters.firstIndex(where: { $0.number == number }) else { return nil }
    return waiters.remove(at: index)
  }

  mutating func takeBackAll() -> [Waiter] {
    defer { waiters = [] }
    return waiters
  }

  /// Whether a chain of waits leads from those who stand in the way back to the one who asks.
  private func isDeadlock(_ request: FileLocks.Request, on inode: Inode) -> Bool {
    var seen: Set<UInt64> = []
    var found = self[inode].blockers(of: request)
    while let owner = found.popLast() {
      guard owner != request.owner else { return true }
      guard seen.insert(owner).inserted else { continue }
      for waiter in waiters where waiter.request.owner == owner {
        guard case .record = waiter.request else { continue }
        found += self[waiter.inode].blockers(of: waiter.request)
      }
    }
    return false
  }
}
