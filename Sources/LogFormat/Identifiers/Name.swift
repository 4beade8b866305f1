/// A name in a directory: 1 to 255 bytes without `/` and NUL. Bytes, never text: two spellings that
/// look the same are two names.
public struct Name: Hashable, Comparable, Sendable {
  /// The longest name, in bytes.
  public static let lengthMax = 255

  /// The name's bytes.
  public let bytes: [UInt8]

  /// Answers nil for bytes that cannot be a name.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    self.init([UInt8](bytes))
  }

  /// Answers nil for bytes that cannot be a name.
  public init?(_ bytes: [UInt8]) {
    guard (1...Name.lengthMax).contains(bytes.count) else { return nil }
    guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else { return nil }
    self.bytes = bytes
  }

  /// Lends the bytes for the time of the call.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    var result: Result<R, E>?
    bytes.withUnsafeBytes { raw in
      do throws(E) {
        result = .success(try body(raw))
      } catch {
        result = .failure(error)
      }
    }
    return try result!.get()
  }

  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// The order of the bytes, as `memcmp` has it.
  public static func < (left: Name, right: Name) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension Name: CustomStringConvertible {
  /// For people only: what is not UTF-8 is replaced.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
