import CommitLog
import Dispatch
import LogFormat
import Storage
import TestSupport

/// A small log's life: commits alone and in crowds, rollover, checkpoints, recycling.
struct LogWorkload {
  static let segmentSize: UInt64 = 32 << 10

  let seed: UInt64
  /// The content lengths of all the commits that may come, by sequence.
  let lengths: [Int]

  init(seed: UInt64, count: Int = 400) {
    var random = SeededGenerator(seed: seed)
    self.seed = seed
    lengths = (0..<count).map { _ in
      Int.random(in: 0..<8, using: &random) == 0
        ? Int.random(in: 1...20_000, using: &random) : Int.random(in: 1...3000, using: &random)
    }
  }

  static var configuration: LogConfiguration {
    var configuration = LogConfiguration()
    configuration.lazyDelay = .milliseconds(2)
    configuration.groupBytes = 12 << 10
    return configuration
  }

  /// Makes an empty store.
  static func makeStore(_ disk: SimulatedDisk) throws {
    try CommitLog.create(in: disk, segmentSize: segmentSize)
  }

  /// Appends until `target` commits are there or the disk has failed. Answers without an error in
  /// either case: what was acknowledged is in the session.
  func run(_ session: LogSession, to target: Int, checkpointEvery interval: UInt64? = 9) {
    var random = SeededGenerator(seed: seed ^ session.appended)
    do {
      while session.appended < UInt64(target) {
        let crowd = Int.random(in: 0..<3, using: &random) == 0 ? 5 : 1
        let done = DispatchSemaphore(value: 0)
        var waiting = 0
        for member in 0..<crowd where session.appended < UInt64(target) {
          let length = lengths[Int(session.appended)]
          let isLazy = member > 0 && Bool.random(using: &random)
          try session.append(length: length, isLazy ? .lazy : .wait) { done.signal() }
          waiting += 1
        }
        for _ in 0..<waiting { done.wait() }
        if let interval, session.failures.isEmpty, session.appended % interval < UInt64(crowd) {
          try session.checkpoint()
        }
      }
    } catch {
      // The disk failed; the caller looks at what is left of it.
    }
  }
}
