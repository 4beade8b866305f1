/// A commit's place in the one order of changes (D1). The first commit is 1; zero means "none yet".
public struct CommitSequence: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The place before the first commit.
  public static let zero = CommitSequence(rawValue: 0)

  /// The place after this one.
  public var next: CommitSequence { CommitSequence(rawValue: rawValue + 1) }

  public static func < (left: CommitSequence, right: CommitSequence) -> Bool {
    left.rawValue < right.rawValue
  }
}
