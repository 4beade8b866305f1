import CommitLog

/// How much a sweep has looked at.
public struct SweepCount: Sendable {
  /// Sequences of steps.
  public var runs = 0
  /// Steps that were held against the model.
  public var steps = 0
  /// Power cuts that were recovered from, each with an outcome of its own for what was unflushed.
  public var cuts = 0
  /// Of them, those that came while the store was being recovered.
  public var cutsInRecovery = 0
  /// Calls that were made to fail.
  public var faults = 0

  /// Checkpoints, and segments that were used again, before the power went.
  public var checkpoints: UInt64 = 0
  public var segmentsRecycled: UInt64 = 0

  public init() {}

  mutating func note(_ log: LogStatistics) {
    checkpoints += log.checkpoints
    segmentsRecycled += log.segmentsRecycled
  }

  public static func += (left: inout SweepCount, right: SweepCount) {
    left.runs += right.runs
    left.steps += right.steps
    left.cuts += right.cuts
    left.cutsInRecovery += right.cutsInRecovery
    left.faults += right.faults
    left.checkpoints += right.checkpoints
    left.segmentsRecycled += right.segmentsRecycled
  }
}

extension SweepCount: CustomStringConvertible {
  public var description: String {
    let recovery = cutsInRecovery > 0 ? " (\(cutsInRecovery) of them during recovery)" : ""
    let parts = [
      (runs, "runs"), (steps, "steps held against the model"), (cuts, "power cuts\(recovery)"),
      (faults, "faults"), (Int(checkpoints), "checkpoints"),
      (Int(segmentsRecycled), "segments recycled"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
