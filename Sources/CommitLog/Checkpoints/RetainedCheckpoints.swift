import Locking
import LogFormat

/// The checkpoints that are kept: the newest two, so that a damaged one can be done without.
final class RetainedCheckpoints: Sendable {
  /// What a checkpoint covers.
  struct Cover: Sendable {
    var through: CommitSequence
    /// Where the log goes on from it.
    var start: LogPosition
    /// About what it takes of the disk, in bytes.
    var size: UInt64
  }

  /// Oldest first; not more than two.
  private let covers: Mutex<[Cover]>

  init(_ covers: [Cover]) {
    self.covers = Mutex(covers)
  }

  /// The older of two; nil if there are not two yet.
  var older: Cover? { covers.withLock { $0.count == 2 ? $0[0] : nil } }

  /// Takes the older of two out, whose file is going.
  func takeOlder() -> Cover? {
    covers.withLock { $0.count == 2 ? $0.removeFirst() : nil }
  }

  var newest: Cover? { covers.withLock { $0.last } }

  /// True if new ones might take much less of the disk: the older is much larger than the newest,
  /// or the `changes` since, in bytes, may have deleted much of what is in that.
  func mayShrink(by changes: UInt64) -> Bool {
    guard let newest else { return false }
    let much: UInt64 = 1 << 20
    return older.map { $0.size > 2 * newest.size + much } ?? false
      || newest.size > much && changes > newest.size / 128
  }

  /// The names of those that are kept.
  var names: [CommitSequence] { covers.withLock { $0.map(\.through) } }

  /// Adds a newer one, or one in the place of the newest if they cover the same.
  func add(_ cover: Cover) {
    covers.withLock { covers in
      if covers.last?.through == cover.through { covers.removeLast() }
      covers.append(cover)
      if covers.count > 2 { covers.removeFirst() }
    }
  }
}
