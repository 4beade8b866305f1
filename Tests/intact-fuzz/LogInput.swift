import CommitLog
import LogFormat

/// The files of a store, for the recovery of its log.
enum LogInput {
  /// Counts what is recovered.
  struct Count: LogRecovery {
    var records = 0

    mutating func restore(_ record: Record) { records += 1 }
    mutating func replay(_ commit: RecoveredCommit) { records += commit.records.count }
  }

  static func run(_ chance: inout Chance) throws -> Outcome {
    let (image, isSound) = StoreImage.make(&chance)
    let disk = try image.disk()
    let outcome = Result {
      var count = Count()
      let log = try CommitLog.open(disk, readOnly: true, recovery: &count)
      _ = log.statistics
      return count.records
    }
    if chance.once(in: 4) {
      var count = Count()
      try? CommitLog.readHistory(disk, into: &count)
    }
    switch outcome {
    case .success: return .accepted
    case .failure(let error):
      if isSound { throw Contradiction("a sound log is refused: \(error)") }
      return .refused
    }
  }
}
