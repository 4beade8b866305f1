import LogFormat

/// The log is damaged where no power cut can have done it: valid records follow, or are known to
/// have followed (F2). Nothing was changed on the disk.
public struct LogDamage: Error, Hashable, Sendable {
  /// Where the log cannot be read on.
  public var position: LogPosition
  /// The last commit before the damage.
  public var last: CommitSequence
  /// The next commit after the damage that is known, if any: what lies between is lost.
  public var next: CommitSequence?
  /// For people.
  public var reason: String
}

extension LogDamage: CustomStringConvertible {
  public var description: String {
    let lost =
      next.map { next in
        next.rawValue > last.rawValue + 1
          ? "commits \(last.rawValue + 1) to \(next.rawValue - 1) are lost"
          : "commits from \(last.rawValue + 1) on cannot be reached"
      } ?? "commits from \(last.rawValue + 1) on are lost"
    return "the log is damaged at \(position): \(reason); \(lost)"
  }
}
