/// 16 random bytes that tell one store from another. Segments and checkpoints carry it, so that a
/// file copied from another store is never taken for one of this.
public struct StoreIdentifier: Hashable, Sendable {
  /// The first eight bytes; groups carry these alone.
  public let high: UInt64
  /// The last eight bytes.
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new identifier from the system's source of randomness.
  public static func random() -> StoreIdentifier {
    StoreIdentifier(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max))
  }
}

extension StoreIdentifier: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
