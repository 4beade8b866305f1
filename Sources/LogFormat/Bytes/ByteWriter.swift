/// Appends little-endian fields.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func integer<I: FixedWidthInteger>(_ value: I) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func array(_ part: [UInt8]) {
    bytes.append(contentsOf: part)
  }

  mutating func timestamp(_ time: Timestamp) {
    integer(time.seconds)
    integer(time.nanoseconds)
  }

  mutating func inode(_ inode: Inode) {
    integer(inode.rawValue)
  }

  mutating func name(_ name: Name) {
    integer(UInt16(name.count))
    name.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func position(_ position: LogPosition) {
    integer(position.segment.rawValue)
    integer(position.offset)
  }

  mutating func identifier(_ identifier: StoreIdentifier) {
    integer(identifier.high)
    integer(identifier.low)
  }

  mutating func zeros(_ count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: count))
  }

  /// Appends the checksum of everything so far.
  mutating func checksum() {
    integer(bytes.withUnsafeBytes { Checksum.of($0) })
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Overwrites the 32 bits at `offset`, for a length that is known only afterwards.
  mutating func patch(_ value: UInt32, at offset: Int) {
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
  }
}
