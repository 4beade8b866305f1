import LogFormat

/// Where a durable commit stands.
public struct CommitPlace: Hashable, Sendable {
  public var sequence: CommitSequence
  /// Where its content section begins: add an inline chunk's offset.
  public var contentStart: LogPosition

  public init(sequence: CommitSequence, contentStart: LogPosition) {
    self.sequence = sequence
    self.contentStart = contentStart
  }
}
