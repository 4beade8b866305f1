/// A log segment: the file of that number. Numbers are never used twice; zero means "none".
public struct SegmentNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// No segment: what the first one names as its predecessor.
  public static let none = SegmentNumber(rawValue: 0)

  public static func < (left: SegmentNumber, right: SegmentNumber) -> Bool {
    left.rawValue < right.rawValue
  }
}
