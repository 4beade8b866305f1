/// A file's bytes on a disk that can lose its power: what was written since the last flush may or
/// may not be there afterwards, sector by sector.
struct SimulatedContent: Sendable {
  /// What a disk writes as a whole.
  static let sectorSize = 512

  enum Change: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case resize(Int)
  }

  /// What readers see.
  private(set) var current = PagedBytes()
  private var durable = PagedBytes()
  private var pending: [Change] = []
  /// Bytes whose room is promised.
  private(set) var allocated = 0

  /// Bytes that the file takes on the disk.
  var charge: Int { max(allocated, current.pageCount * PagedBytes.pageSize) }

  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    current.write(bytes, at: offset)
    pending.append(.write(offset: offset, bytes: [UInt8](bytes)))
  }

  mutating func resize(to count: Int) {
    current.resize(to: count)
    pending.append(.resize(count))
    allocated = min(allocated, count)
  }

  mutating func allocate(_ length: Int) {
    allocated = max(allocated, length)
    if length > current.count { resize(to: length) }
  }

  mutating func flush() {
    for change in pending { Self.apply(change, to: &durable) }
    pending = []
  }

  /// What is left after a power cut: the flushed bytes, and of the others what chance leaves.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedContent {
    var left = durable
    let mood = Int.random(in: 0..<4, using: &random)
    for change in pending {
      switch change {
      case .resize:
        if Bool.random(using: &random) { Self.apply(change, to: &left) }
      case .write(let offset, let bytes):
        for start in stride(from: 0, to: bytes.count, by: Self.sectorSize) {
          let survives =
            switch mood {
            case 0: false
            case 1: true
            default: Bool.random(using: &random)
            }
          guard survives else { continue }
          let sector = Array(bytes[start..<min(start + Self.sectorSize, bytes.count)])
          Self.apply(.write(offset: offset + start, bytes: sector), to: &left)
        }
      }
    }
    var content = SimulatedContent()
    content.durable = left
    content.current = left
    content.allocated = min(allocated, left.count)
    return content
  }

  /// The same bytes, all of them durable; for damage that is done to a disk at rest.
  static func durable(_ bytes: [UInt8]) -> SimulatedContent {
    var content = SimulatedContent()
    bytes.withUnsafeBytes { content.write($0, at: 0) }
    content.flush()
    return content
  }

  private static func apply(_ change: Change, to bytes: inout PagedBytes) {
    switch change {
    case .write(let offset, let data): data.withUnsafeBytes { bytes.write($0, at: offset) }
    case .resize(let count): bytes.resize(to: count)
    }
  }
}
