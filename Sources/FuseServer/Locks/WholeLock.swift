/// A lock of `flock(2)`.
struct WholeLock: Sendable {
  /// The kernel's number for the open file description.
  var owner: UInt64
  var handle: UInt64
  var isExclusive: Bool

  func conflicts(with other: WholeLock) -> Bool {
    owner != other.owner && (isExclusive || other.isExclusive)
  }
}
