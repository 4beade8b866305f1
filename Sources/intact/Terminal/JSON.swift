import FoundationEssentials

/// JSON with sorted keys, so that two outputs can be compared.
enum JSON {
  static func bytes(of value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      preconditionFailure("a value of numbers and strings has no JSON: \(error)")
    }
  }

  static func text(of value: some Encodable) -> String {
    String(decoding: bytes(of: value), as: UTF8.self)
  }

  /// - Returns: `nil` if `bytes` is not the JSON of such a value.
  static func value<T: Decodable>(of type: T.Type, from bytes: [UInt8]) -> T? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }
}
