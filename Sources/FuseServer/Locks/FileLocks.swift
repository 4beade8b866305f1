/// The locks on one file (I3). Locks of the two kinds do not meet, as everywhere on Linux.
struct FileLocks: Sendable {
  /// What somebody wants.
  enum Request: Sendable {
    case record(RecordLock)
    case whole(WholeLock)

    var owner: UInt64 {
      switch self {
      case .record(let lock): lock.owner
      case .whole(let lock): lock.owner
      }
    }
  }

  private var records: [RecordLock] = []
  private var wholes: [WholeLock] = []

  var isEmpty: Bool { records.isEmpty && wholes.isEmpty }

  /// The first lock that stands in the way.
  func conflict(with lock: RecordLock) -> RecordLock? { records.first { $0.conflicts(with: lock) } }

  /// Who stands in the way.
  func blockers(of request: Request) -> [UInt64] {
    switch request {
    case .record(let lock): records.filter { $0.conflicts(with: lock) }.map(\.owner)
    case .whole(let lock): wholes.filter { $0.conflicts(with: lock) }.map(\.owner)
    }
  }

  /// Whether the request gives something up: an exclusive lock becomes a shared one, or a whole one
  /// changes, which is released first, as flock(2) says.
  func givesUp(for request: Request) -> Bool {
    switch request {
    case .record(let lock):
      !lock.isExclusive
        && records.contains {
          $0.owner == lock.owner && $0.isExclusive && $0.range.overlaps(lock.range)
        }
    case .whole(let lock):
      wholes.contains { $0.owner == lock.owner && $0.isExclusive != lock.isExclusive }
    }
  }

  /// False if somebody stands in the way.
  mutating func acquire(_ request: Request) -> Bool {
    guard blockers(of: request).isEmpty else { return false }
    switch request {
    case .record(let lock):
      releaseRecords(of: lock.owner, in: lock.range)
      records.append(lock)
    case .whole(let lock):
      wholes.removeAll { $0.owner == lock.owner }
      wholes.append(lock)
    }
    return true
  }

  /// The descriptors that locks were taken by.
  var holders: Set<UInt64> { Set(records.map(\.handle) + wholes.map(\.handle)) }

  func holdsRecords(_ owner: UInt64) -> Bool { records.contains { $0.owner == owner } }

  func holdsAny(by handle: UInt64) -> Bool {
    records.contains { $0.handle == handle } || wholes.contains { $0.handle == handle }
  }

  mutating func releaseRecords(of owner: UInt64, in range: ClosedRange<UInt64>) {
    records = records.flatMap { $0.owner == owner ? $0.without(range) : [$0] }
  }

  mutating func releaseWhole(of owner: UInt64) { wholes.removeAll { $0.owner == owner } }

  /// The descriptor has gone everywhere.
  mutating func releaseAll(by handle: UInt64) {
    records.removeAll { $0.handle == handle }
    wholes.removeAll { $0.handle == handle }
  }
}
