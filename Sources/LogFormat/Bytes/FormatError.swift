/// Why bytes from the disk are not what the format says.
public enum FormatError: Error, Hashable, Sendable {
  /// The bytes end within `structure`.
  case truncated(structure: String)
  /// `structure` begins with other bytes than its magic.
  case notFound(structure: String)
  /// The checksum of `structure` does not match its bytes.
  case checksumMismatch(structure: String)
  /// A field holds what it may not.
  case malformed(structure: String, field: String)
  /// A record of a type that this version does not know.
  case unknownRecord(type: UInt16)
  /// The store was written by a newer format; nothing of it may be touched (F6).
  case newer(found: UInt32, supported: UInt32)
}

extension FormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let structure): "the \(structure) is cut off"
    case .notFound(let structure): "there is no \(structure)"
    case .checksumMismatch(let structure): "the \(structure) does not match its checksum"
    case .malformed(let structure, let field): "the \(structure)'s \(field) is not valid"
    case .unknownRecord(let type): "record type \(type) is unknown"
    case .newer(let found, let supported):
      "the store has format version \(found), this program knows versions up to \(supported)"
    }
  }
}
