/// A name in a directory: 1 to 255 bytes without `/` and NUL. Bytes, never text: two spellings that
/// look the same are two names.
public struct Name: Hashable, Comparable, Sendable {
  /// The longest name, in bytes.
  public static let lengthMax = 255

  private let storage: Storage

  /// Answers nil for bytes that cannot be a name.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    guard (1...Name.lengthMax).contains(bytes.count) else { return nil }
    guard bytes.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "/") }) else { return nil }
    storage = Storage(bytes)
  }

  /// Answers nil for bytes that cannot be a name.
  public init?(_ bytes: [UInt8]) {
    guard let name = bytes.withUnsafeBytes({ Name($0) }) else { return nil }
    self = name
  }

  /// The name's bytes.
  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// How many bytes the name has.
  public var count: Int { storage.count }

  /// Lends the bytes for the time of the call.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try storage.withUnsafeBytes(body)
  }

  /// The order of the bytes, as `memcmp` has it.
  public static func < (left: Name, right: Name) -> Bool {
    left.withUnsafeBytes { left in
      right.withUnsafeBytes { left.lexicographicallyPrecedes($0) }
    }
  }
}

extension Name {
  /// Most names are short: those lie in the value itself, and need no object of their own.
  fileprivate enum Storage: Hashable, Sendable {
    /// Up to 15 bytes, in order from the lowest on, and zeros behind them, which no name holds.
    case short(UInt64, UInt32, UInt16, UInt8)
    /// More than that.
    case long([UInt8])

    private static let shortMax = 15

    init(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count <= Self.shortMax else {
        self = .long([UInt8](bytes))
        return
      }
      var words: (UInt64, UInt64) = (0, 0)
      Swift.withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
      let rest = UInt64(littleEndian: words.1)
      self = .short(
        UInt64(littleEndian: words.0), UInt32(truncatingIfNeeded: rest),
        UInt16(truncatingIfNeeded: rest >> 32), UInt8(truncatingIfNeeded: rest >> 48))
    }

    var count: Int {
      switch self {
      case .short(let first, let second, let third, let last):
        let rest = Self.word(second, third, last)
        return 16 - (rest == 0 ? 8 + first.leadingZeroBitCount / 8 : rest.leadingZeroBitCount / 8)
      case .long(let bytes): return bytes.count
      }
    }

    func withUnsafeBytes<R, E: Error>(
      _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
      switch self {
      case .short(let first, let second, let third, let last):
        let words = (first.littleEndian, Self.word(second, third, last).littleEndian)
        return try Swift.withUnsafeBytes(of: words) { (raw) throws(E) in
          try body(UnsafeRawBufferPointer(rebasing: raw[..<count]))
        }
      case .long(let bytes):
        return try bytes.span.withUnsafeBytes(body)
      }
    }

    func hash(into hasher: inout Hasher) {
      switch self {
      case .short(let first, let second, let third, let last):
        hasher.combine(first)
        hasher.combine(Self.word(second, third, last))
      case .long(let bytes):
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
      }
    }

    private static func word(_ second: UInt32, _ third: UInt16, _ last: UInt8) -> UInt64 {
      UInt64(second) | UInt64(third) << 32 | UInt64(last) << 48
    }
  }
}

extension Name: CustomStringConvertible {
  /// For people only: what is not UTF-8 is replaced.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
