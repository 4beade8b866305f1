/// How much room the store's disk has, in bytes.
public struct StorageSpace: Hashable, Sendable {
  public var total: UInt64
  /// What the store may still take.
  public var available: UInt64

  public init(total: UInt64, available: UInt64) {
    self.total = total
    self.available = available
  }
}
