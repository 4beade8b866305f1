/// What was written and not published yet.
struct WorkingCopy: Sendable {
  /// The version that it changes; nil for a replacement that was not published yet.
  private(set) var base: Int?
  /// What the writer sees.
  private(set) var bytes: [UInt8]
  /// Bytes that the base had when this was last held against it.
  private var baseCount: Int
  /// Content is to be published.
  private(set) var isChanged = false
  /// What `fchmod` set (W5).
  var mode: UInt32?
  /// Only times are to be published.
  var isTouched = false
  /// An append through it may not be durable yet.
  var hasAppended = false

  /// Who of those that share it has changed content since it was published last.
  private(set) var stagers: Set<Int> = []

  /// Where it may differ from its base.
  private var changes: [Range<Int>] = []
  /// The size was set: what others append goes.
  private var isCut = false

  /// A replacement, empty at first (W1).
  static var replacement: WorkingCopy {
    var copy = WorkingCopy(of: nil, [])
    copy.isChanged = true
    return copy
  }

  /// Shows a version.
  init(of version: Int?, _ bytes: [UInt8]) {
    base = version
    self.bytes = bytes
    baseCount = bytes.count
  }

  /// A change of content by one of those that share it.
  mutating func staged(by writer: Int) { stagers.insert(writer) }

  /// One of those that share it has gone; what it changed is the others' now.
  mutating func left(by writer: Int) { stagers.remove(writer) }

  var isStaged: Bool { isChanged || isTouched || mode != nil }

  /// The end of the file is not where the base has it.
  var hasOtherSize: Bool { isCut || bytes.count != baseCount }

  mutating func write(_ data: [UInt8], at offset: Int) {
    guard !data.isEmpty else { return }
    isChanged = true
    changes.append(min(offset, bytes.count)..<offset + data.count)
    bytes.overwrite(data, at: offset)
  }

  mutating func resize(to count: Int) {
    guard count != bytes.count else {
      isTouched = true
      return
    }
    isChanged = true
    isCut = true
    changes.append(min(count, bytes.count)..<Int.max)
    bytes = bytes.resized(to: count)
  }

  mutating func punch(_ range: Range<Int>) {
    isChanged = true
    let inside = range.clamped(to: 0..<bytes.count)
    changes.append(inside)
    bytes.replaceSubrange(inside, with: repeatElement(0, count: inside.count))
  }

  /// Takes over what was published since, unless that is another version and something is staged:
  /// then this replaces it.
  mutating func follow(_ version: Int, _ present: [UInt8]) {
    guard isChanged else {
      (base, bytes, baseCount) = (version, present, present.count)
      return
    }
    guard base == version, present.count > baseCount else { return }
    var merged = isCut ? present.resized(to: bytes.count) : present
    for range in changes {
      let inside = range.clamped(to: 0..<bytes.count)
      merged.overwrite(Array(bytes[inside]), at: inside.lowerBound)
    }
    bytes = merged
    baseCount = present.count
  }

  /// Nothing is staged any more: it was published as `version`, or nowhere.
  mutating func settle(as version: Int?) {
    base = version ?? base
    baseCount = bytes.count
    isChanged = false
    isTouched = false
    mode = nil
    changes = []
    isCut = false
    stagers = []
  }
}
