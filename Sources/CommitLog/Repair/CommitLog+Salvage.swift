import LogFormat
import Storage

extension CommitLog {
  /// Reads everything that can be read of a store that ``open(_:readOnly:configuration:recovery:)``
  /// may refuse, into `recovery`. Changes nothing on the disk, and the log that it answers takes
  /// no commits: it is there for reading content.
  /// - Parameter progress: called with the segments that were read, and how many there are.
  /// - Throws: `FormatError.newer` (F6), another `FormatError` if nothing tells which store this
  ///   is, a `StorageError`, or what `recovery` throws.
  public static func salvage(
    _ storage: any Storage, recovery: inout some SalvageRecovery,
    _ progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (log: CommitLog, report: SalvageReport) {
    let survey = try StoreSurvey(storage, progress)
    var salvage = LogSalvage(survey)
    try salvage.run(into: &recovery)
    var report = RecoveryReport()
    report.checkpoint = salvage.report.checkpoint
    report.checkpointState = salvage.state
    report.last = salvage.report.last
    report.commitsReplayed = salvage.report.commitsReplayed
    report.tornTail = salvage.report.tornTail
    var state = LogState(
      superblock: survey.superblock, configuration: LogConfiguration(), last: report.last,
      end: salvage.end, isSealed: true)
    state.isClosed = true
    let log = CommitLog(
      survey.superblock, storage: survey.storage, readOnly: true, state: state,
      ledger: SpaceLedger(), lastSegment: survey.segments.last?.number ?? .none, report: report,
      covers: [])
    return (log, salvage.report)
  }
}
