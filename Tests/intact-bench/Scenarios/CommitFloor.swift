import CommitLog
import Dispatch
import LogFormat
import Storage
import SystemPackage

/// One commit of the log, without a mount, against the least that any log could do: one write into
/// prepared space and one flush.
struct CommitFloor: Scenario {
  let name = "commit"

  func measure(_ bench: Bench) throws -> [Row] {
    let what = "commit 4 KiB to the log, no mount"
    let directory = try bench.workplace.directory("log")
    let storage = try PosixStorage(root: FilePath(directory))
    try CommitLog.create(in: storage)
    var nothing = NothingRecovered()
    let log = try CommitLog.open(storage, readOnly: false, recovery: &nothing)
    log.finishRecovery()
    let floor = try PreparedFile(
      in: PosixStorage(root: FilePath(try bench.workplace.directory("floor"))), blocks: 2)
    let content = ContentBuffer(DurableReplacement.bytes)
    let turn = bench.plan.turn
    let outcome = try Contest([
      ("Intact", { try Self.median(turn) { try Self.commit(content, to: log) } }),
      ("pwrite and fdatasync of 8 KiB", { try Self.median(turn) { try floor.append() } }),
    ]).run(rounds: bench.plan.rounds)
    try log.close()
    return outcome.rows(
      what, .seconds, ["Intact", "pwrite and fdatasync of 8 KiB"],
      targets: ["pwrite and fdatasync of 8 KiB": .atMost(1.25)])
  }

  private static func median(_ seconds: Double, _ work: @escaping () throws -> Void) throws
    -> Double
  {
    Samples(try Crew.alone(seconds: seconds) { _ in try work() }.latencies).median
  }

  private static func commit(_ content: ContentBuffer, to log: CommitLog) throws {
    let done = DispatchSemaphore(value: 0)
    _ = try log.append(Commit(time: .now(), records: [], content: [content]), .wait) { _ in
      done.signal()
    }
    done.wait()
  }
}

/// The bench's log holds nothing that is looked at again.
private struct NothingRecovered: LogRecovery {
  mutating func restore(_ record: Record) throws {}
  mutating func replay(_ commit: RecoveredCommit) throws {}
}
