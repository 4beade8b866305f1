import struct SystemPackage.Errno

/// What a file holds at one moment: a value.
struct Content: Sendable {
  /// Bytes.
  var size: UInt64 = 0
  var extents = ExtentMap()
  /// Tells the contents of one version from each other: it counts what was added to it, and how
  /// often its extents were merged.
  var revision = 0

  /// Space used, in units of 512 bytes.
  var blocks512: UInt64 { (extents.allocated + 511) / 512 }

  /// Reads from `offset` on, as `pread(2)`: less than asked for at the end, 0 behind it.
  /// - Throws: `EIO` for a range that is damaged, and for that alone (F3).
  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    guard offset < size else { return 0 }
    let count = Int(min(UInt64(buffer.count), size - offset))
    try extents.read(
      at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  /// Whether reading the range does no disk I/O.
  func isResident(_ range: Range<UInt64>) -> Bool {
    extents.visit(from: range.lowerBound, to: range.upperBound) { $0.chunk.isResident }
  }
}
