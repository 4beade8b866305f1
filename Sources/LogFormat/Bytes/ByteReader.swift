/// Takes little-endian fields off the front of bytes that nothing is known about: each step is
/// checked against what is left, so no length read from the disk is ever trusted.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// What the bytes should be, for errors.
  let structure: String

  /// - Parameter bytes: must stay valid as long as the reader is used.
  init(_ bytes: UnsafeRawBufferPointer, structure: String) {
    self.bytes = bytes
    self.structure = structure
  }

  var remaining: Int { bytes.count - offset }

  mutating func integer<I: FixedWidthInteger>(_ type: I.Type = I.self) throws(FormatError) -> I {
    let size = MemoryLayout<I>.size
    guard remaining >= size else { throw .truncated(structure: structure) }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: I.self)
    offset += size
    return I(littleEndian: value)
  }

  mutating func slice(_ count: UInt64) throws(FormatError) -> UnsafeRawBufferPointer {
    guard count <= UInt64(remaining) else { throw .truncated(structure: structure) }
    let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    offset += Int(count)
    return part
  }

  mutating func array(_ count: UInt64) throws(FormatError) -> [UInt8] {
    [UInt8](try slice(count))
  }

  mutating func timestamp() throws(FormatError) -> Timestamp {
    let seconds = try integer(Int64.self)
    let nanoseconds = try integer(UInt32.self)
    guard nanoseconds < 1_000_000_000 else { throw malformed("time") }
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// A number that the format limits.
  mutating func number(_ field: String) throws(FormatError) -> UInt64 {
    let number = try integer(UInt64.self)
    guard number < DiskFormat.numberLimit else { throw malformed(field) }
    return number
  }

  mutating func inode() throws(FormatError) -> Inode {
    let number = try number("inode")
    guard number != 0 else { throw malformed("inode") }
    return Inode(rawValue: number)
  }

  mutating func sequence() throws(FormatError) -> CommitSequence {
    CommitSequence(rawValue: try number("sequence"))
  }

  mutating func segment() throws(FormatError) -> SegmentNumber {
    SegmentNumber(rawValue: try number("segment"))
  }

  mutating func blob() throws(FormatError) -> BlobNumber {
    BlobNumber(rawValue: try number("blob"))
  }

  mutating func name() throws(FormatError) -> Name {
    let length = try integer(UInt16.self)
    guard let name = Name(try slice(UInt64(length))) else { throw malformed("name") }
    return name
  }

  mutating func position() throws(FormatError) -> LogPosition {
    let segment = try segment()
    return LogPosition(segment: segment, offset: try number("offset"))
  }

  mutating func identifier() throws(FormatError) -> StoreIdentifier {
    let high = try integer(UInt64.self)
    return StoreIdentifier(high: high, low: try integer(UInt64.self))
  }

  /// Takes bytes that must be zero, so that a later version can give them a meaning.
  mutating func reserved(_ count: Int) throws(FormatError) {
    guard try slice(UInt64(count)).allSatisfy({ $0 == 0 }) else {
      throw malformed("reserved space")
    }
  }

  func malformed(_ field: String) -> FormatError {
    .malformed(structure: structure, field: field)
  }
}
