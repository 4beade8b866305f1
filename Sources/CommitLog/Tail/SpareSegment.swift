import LogFormat

/// A segment file that the log will go on to.
struct SpareSegment: Sendable {
  enum Condition: Sendable {
    /// Its room is promised; neither its name nor its blocks are durable yet.
    case allocated
    /// The preparer is writing to it.
    case inPreparation
    /// The log may go on to it.
    case ready
  }

  let number: SegmentNumber
  var condition: Condition
  /// False if its blocks have been written before: writing them again is faster than the first
  /// time.
  var isFresh: Bool
}
