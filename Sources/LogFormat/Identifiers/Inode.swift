/// The number of a file's identity; it stays over publications (I1). Zero is never used.
public struct Inode: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The root directory.
  public static let root = Inode(rawValue: 1)

  public static func < (left: Inode, right: Inode) -> Bool {
    left.rawValue < right.rawValue
  }
}
