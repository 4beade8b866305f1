/// Bytes that tell where they come from: no two runs are alike, and no two places in one.
public struct Fill: Hashable, Sendable {
  /// Which run.
  public var tag: UInt8
  /// Bytes.
  public var count: Int

  public init(tag: UInt8, count: Int) {
    self.tag = tag
    self.count = count
  }

  /// None of them is zero, which stands for what was never written.
  public var bytes: [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 167 &+ $0 >> 8 &+ Int(tag) &* 31)) | 1 }
  }
}
