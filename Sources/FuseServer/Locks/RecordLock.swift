import Glibc

/// A byte-range lock of `fcntl(2)`, of a process or of an open file description.
struct RecordLock: Sendable {
  /// The kernel's number for whoever holds it.
  var owner: UInt64
  /// The descriptor that it was taken by: its last close ends the lock in any case.
  var handle: UInt64
  /// What `F_GETLK` tells.
  var process: pid_t
  /// Bytes of the file.
  var range: ClosedRange<UInt64>
  var isExclusive: Bool

  /// What `F_GETLK` answers with.
  var description: flock {
    let isToEnd = range.upperBound >= UInt64(Int64.max)
    return flock(
      l_type: Int16(isExclusive ? F_WRLCK : F_RDLCK), l_whence: Int16(SEEK_SET),
      l_start: Int(range.lowerBound), l_len: isToEnd ? 0 : range.count, l_pid: process)
  }

  func conflicts(with other: RecordLock) -> Bool {
    owner != other.owner && (isExclusive || other.isExclusive) && range.overlaps(other.range)
  }

  /// What is left of the lock when a range of it is released or changed.
  func without(_ removed: ClosedRange<UInt64>) -> [RecordLock] {
    guard range.overlaps(removed) else { return [self] }
    var parts: [RecordLock] = []
    if range.lowerBound < removed.lowerBound {
      var part = self
      part.range = range.lowerBound...removed.lowerBound - 1
      parts.append(part)
    }
    if range.upperBound > removed.upperBound {
      var part = self
      part.range = removed.upperBound + 1...range.upperBound
      parts.append(part)
    }
    return parts
  }
}

extension ClosedRange<UInt64> {
  /// The range that a lock request speaks of; a length of 0 means up to the end, wherever that is.
  init(_ lock: flock) {
    let start = UInt64(Swift.max(0, lock.l_start))
    let length = UInt64(Swift.max(0, lock.l_len))
    self = start...(length == 0 ? UInt64(Int64.max) : start + length - 1)
  }
}
