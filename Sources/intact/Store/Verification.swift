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

  var store: String
  var files = 0
  var bytes: UInt64 = 0
  var damage: [Damage] = []
  /// Why the store cannot be mounted.
  var log: String?
  /// What is left of a store that cannot be mounted.
  var salvage: SalvageSummary?
  /// What a mount would fall back on: nothing is lost by it, but something harmed it.
  var fallback: [SalvageSummary.Place] = []
  /// What a power cut left, and the next mount cuts off. It is no damage.
  var tornTail: String?

  init(store: String) {
    self.store = store
  }

  /// Everything has been read.
  mutating func finish(_ reading: Reading) {
    reading.finish()
    files = reading.files
    bytes = reading.bytes
  }

  var isSound: Bool { damage.isEmpty && log == nil && fallback.isEmpty }

  private static let wayOut = "`intact repair` saves what is sound"

  /// For a person: a line for each damage, and one for the whole.
  var text: String {
    var lines = damage.map(\.line)
    lines += fallback.map { "\($0.line); nothing is lost by that alone" }
    lines += log.map { [$0] } ?? []
    lines += salvage?.lines ?? []
    if let tornTail {
      lines.append("torn tail: \(tornTail), left by a power cut; the next mount cuts it off")
    }
    let what = "\(files) files, \(ByteCount(bytes))"
    let verdict = isSound ? "sound: \(what)" : "DAMAGED: read \(what); \(Self.wayOut)"
    lines.append("\(printable(store)): \(verdict)")
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
