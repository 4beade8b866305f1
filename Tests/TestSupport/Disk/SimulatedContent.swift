/// A file's bytes on a disk that can lose its power: what was written since the last flush may or
/// may not be there afterwards, sector by sector.
struct SimulatedContent: Sendable {
  /// What a disk writes as a whole.
  static let sectorSize = 512

  enum Change: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case resize(Int)
  }

  /// What readers see through the page cache.
  private(set) var current = PagedBytes()
  private var durable = PagedBytes()
  /// What no flush has covered yet, in the order it was made.
  private var pending: [Change] = []
  /// What readers past the page cache see, since a failed flush has made it another.
  private var device: PagedBytes?
  /// Bytes whose room is promised.
  private(set) var allocated = 0

  /// Bytes that the file takes on the disk.
  var charge: Int { max(allocated, current.pageCount * PagedBytes.pageSize) }

  /// True if a power cut would change nothing.
  var isSettled: Bool { pending.isEmpty && device == nil }

  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    change(.write(offset: offset, bytes: [UInt8](bytes)))
  }

  /// A write that failed: chance says which of its sectors were written.
  mutating func writePartly(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, _ random: inout SeededGenerator
  ) {
    let whole = Change.write(offset: offset, bytes: [UInt8](bytes))
    for sector in whole.sectors where Bool.random(using: &random) { change(sector) }
  }

  /// A write that the device loses, or carries out elsewhere, while the page cache shows it.
  /// - Parameter place: where its bytes are; nil if nowhere.
  mutating func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, butReally place: Int?
  ) {
    let data = [UInt8](bytes)
    var device = self.device ?? current
    if let place {
      Self.apply(.write(offset: place, bytes: data), to: &device)
      pending.append(.write(offset: place, bytes: data))
    }
    self.device = device
    Self.apply(.write(offset: offset, bytes: data), to: &current)
  }

  mutating func resize(to count: Int) {
    change(.resize(count))
    allocated = min(allocated, count)
  }

  mutating func allocate(_ length: Int) {
    allocated = max(allocated, length)
    if length > current.count { resize(to: length) }
  }

  private mutating func change(_ change: Change) {
    Self.apply(change, to: &current)
    if device != nil { Self.apply(change, to: &device!) }
    pending.append(change)
  }

  mutating func flush() {
    for change in pending { Self.apply(change, to: &durable) }
    pending = []
  }

  /// A flush that failed: chance says what has got to the device. The rest is forgotten, since its
  /// pages count as clean: no later flush writes it, though readers may go on seeing it.
  mutating func failFlush(_ random: inout SeededGenerator) {
    pending = Self.some(of: pending, &random)
    var device = durable
    for change in pending { Self.apply(change, to: &device) }
    self.device = device
  }

  func read(at offset: Int, isDirect: Bool, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard isDirect, let device else { return current.read(at: offset, into: buffer) }
    return device.read(at: offset, into: buffer)
  }

  /// What is left after a power cut: the flushed bytes, and of the others what chance leaves.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedContent {
    var left = durable
    for change in Self.some(of: pending, &random) { Self.apply(change, to: &left) }
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

  /// Nothing, everything, a beginning with its last write torn, or any of the sectors.
  private static func some(
    of changes: [Change], _ random: inout SeededGenerator
  ) -> [Change] {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return []
    case 1: return changes
    case 2:
      let count = Int.random(in: 0...changes.count, using: &random)
      let torn = changes.dropFirst(count).first?.sectors ?? []
      return changes.prefix(count) + torn.filter { _ in Bool.random(using: &random) }
    default:
      return changes.flatMap(\.sectors).filter { _ in Bool.random(using: &random) }
    }
  }

  private static func apply(_ change: Change, to bytes: inout PagedBytes) {
    switch change {
    case .write(let offset, let data): data.withUnsafeBytes { bytes.write($0, at: offset) }
    case .resize(let count): bytes.resize(to: count)
    }
  }
}

extension SimulatedContent.Change {
  /// The parts that a disk writes as a whole.
  fileprivate var sectors: [Self] {
    guard case .write(let offset, let bytes) = self else { return [self] }
    return stride(from: 0, to: bytes.count, by: SimulatedContent.sectorSize).map { start in
      let end = min(start + SimulatedContent.sectorSize, bytes.count)
      return .write(offset: offset + start, bytes: Array(bytes[start..<end]))
    }
  }
}
