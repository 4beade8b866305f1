import FileTree
import LogFormat
import Storage

/// What reading a whole store has shown, and the names that `verify --json` gives it.
struct Verification: Encodable {
  /// A range of a file that cannot be read.
  struct Damage: Encodable {
    /// From the mount's root.
    let path: String
    /// Bytes of the file: from `first` to before `end`.
    let first: UInt64
    let end: UInt64
    /// The log's segment, if it is in one.
    let segment: UInt64?
    /// The file in the store, from its root.
    let place: String
    /// Where the content begins in it, in bytes.
    let offset: UInt64
  }

  struct DamagedCheckpoint: Encodable {
    let commit: UInt64
    let reason: String
  }

  var store: String
  var files = 0
  var bytes: UInt64 = 0
  var damage: [Damage] = []
  /// Why the log cannot be read to its end.
  var log: String?
  /// A copy of what the log tells: nothing is lost by it, but something harmed it.
  var checkpoints: [DamagedCheckpoint] = []
  /// What a power cut left, and the next mount cuts off. It is no damage.
  var tornTail: String?

  init(store: String, log: String? = nil) {
    self.store = store
    self.log = log
  }

  var isSound: Bool { damage.isEmpty && log == nil && checkpoints.isEmpty }

  /// For a person: a line for each damage, and one for the whole.
  var text: String {
    var lines = damage.map(\.line)
    lines += checkpoints.map { "checkpoint of commit \($0.commit): \($0.reason)" }
    lines += log.map { [$0] } ?? []
    if let tornTail {
      lines.append("torn tail: \(tornTail), left by a power cut; the next mount cuts it off")
    }
    let what = "\(files) files, \(ByteCount(bytes))"
    lines.append("\(printable(store)): " + (isSound ? "sound: \(what)" : "DAMAGED: read \(what)"))
    return lines.map { $0 + "\n" }.joined()
  }
}

extension Verification.Damage {
  fileprivate var line: String {
    let segment = segment.map { "segment \($0), " } ?? ""
    return
      "\(path): bytes \(first)..<\(end) are damaged: "
      + "\(segment)\(place), in what begins at \(offset)"
  }

  init(_ damaged: DamagedRange) {
    path = printable(String(decoding: damaged.path, as: UTF8.self))
    first = damaged.range.lowerBound
    end = damaged.range.upperBound
    switch damaged.location {
    case .log(let position):
      segment = position.segment.rawValue
      place = StoragePath.segment(position.segment.rawValue).description
      offset = position.offset
    case .blob(let blob, let start):
      segment = nil
      place = StoragePath.blob(blob.rawValue).description
      offset = start
    }
  }
}
