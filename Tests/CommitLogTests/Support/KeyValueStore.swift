import CommitLog
import LogFormat
import Storage

/// What the log's tests keep in it: values under a few keys, each value the content of one commit.
///
/// The value of a commit is made from its sequence, so that what is recovered shows which commits
/// it comes from.
struct KeyValueStore: LogRecovery, Equatable {
  struct Value: Equatable {
    var sequence: UInt64
    var length: Int
    var location: ContentLocation
  }

  static let keyCount: UInt64 = 6

  /// By inode, which stands for the key.
  var values: [UInt64: Value] = [:]
  var last: UInt64 = 0
  var restoredRecords = 0

  /// The bytes of the commit `sequence`.
  static func content(_ sequence: UInt64, length: Int) -> [UInt8] {
    // A word at a time: debug builds are slow with bytes.
    var words: [UInt64] = []
    for index in 0..<UInt64(length / 8 + 1) {
      words.append((sequence &* 0x9E37_79B9_7F4A_7C15) ^ (index &* 0xBF58_476D_1CE4_E5B9))
    }
    return words.withUnsafeBytes { [UInt8]($0[..<length]) }
  }

  /// The commit that puts a value of its own under the key of `sequence`.
  static func commit(_ sequence: UInt64, length: Int, frees: Bool = false) -> Commit {
    let bytes = content(sequence, length: length)
    var records = RecordWriter()
    records.append(
      record(
        key: key(sequence), sequence: sequence, length: length, location: .inline(offset: 0)))
    // Two buffers, so that the joint between them is covered.
    let half = bytes.count / 2
    return Commit(
      time: Timestamp(seconds: Int64(sequence), nanoseconds: 0), records: records.bytes,
      content: [ContentBuffer(bytes[..<half]), ContentBuffer(bytes[half...])],
      purpose: frees ? .freeing : .change)
  }

  static func key(_ sequence: UInt64) -> UInt64 { sequence % keyCount + 1 }

  private static func record(
    key: UInt64, sequence: UInt64, length: Int, location: ChunkLocation
  ) -> Record {
    let bytes = content(sequence, length: length)
    let chunk = ChunkRecord(
      location: location, length: UInt64(length),
      checksums: bytes.withUnsafeBytes { ContentBlock.checksums(of: $0) })
    // The size says which commit it was.
    return .setContent(
      ContentRecord(
        inode: Inode(rawValue: key), size: sequence, replacesAll: true, chunks: [chunk], extents: []
      ))
  }

  /// The records of a checkpoint.
  var records: [Record] {
    values.sorted { $0.key < $1.key }.map { key, value in
      Self.record(
        key: key, sequence: value.sequence, length: value.length, location: .stored(value.location))
    }
  }

  mutating func restore(_ record: Record) throws {
    restoredRecords += 1
    try apply(record, contentStart: nil)
  }

  mutating func replay(_ commit: RecoveredCommit) throws {
    last = commit.sequence.rawValue
    for record in commit.records { try apply(record, contentStart: commit.contentStart) }
  }

  private mutating func apply(_ record: Record, contentStart: LogPosition?) throws {
    guard case .setContent(let content) = record, let chunk = content.chunks.first else {
      throw FormatError.malformed(structure: "test record", field: "type")
    }
    let location: ContentLocation
    switch (chunk.location, contentStart) {
    case (.inline(let offset), let start?): location = .log(start.advanced(by: UInt64(offset)))
    case (.stored(let stored), _): location = stored
    default: throw FormatError.malformed(structure: "test record", field: "location")
    }
    values[content.inode.rawValue] = Value(
      sequence: content.size, length: Int(chunk.length), location: location)
  }

  /// What the first `count` commits leave, without places.
  static func expected(after count: UInt64, lengths: [Int]) -> [UInt64: (UInt64, Int)] {
    var values: [UInt64: (UInt64, Int)] = [:]
    for sequence in 0..<count { values[key(sequence + 1)] = (sequence + 1, lengths[Int(sequence)]) }
    return values
  }
}
