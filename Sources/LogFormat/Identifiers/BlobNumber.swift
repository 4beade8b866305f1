/// A content file that stands beside the log, for content too large for it.
public struct BlobNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  public static func < (left: BlobNumber, right: BlobNumber) -> Bool {
    left.rawValue < right.rawValue
  }
}
