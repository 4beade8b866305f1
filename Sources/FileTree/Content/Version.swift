import LogFormat
import struct SystemPackage.Errno

/// One immutable content of a file. Its identity matters, and whoever refers to it pins it (R2,
/// R4).
public final class Version: Sendable {
  /// Bytes.
  public let size: UInt64
  let extents: ExtentMap
  /// Bytes that have content, holes left out.
  let allocated: UInt64

  init(size: UInt64, extents: ExtentMap) {
    self.size = size
    self.extents = extents
    allocated = extents.allocated
  }

  /// Space used, in units of 512 bytes.
  var blocks512: UInt64 { (allocated + 511) / 512 }

  /// The content of a file that was just made.
  static func empty() -> Version { Version(size: 0, extents: ExtentMap()) }

  /// Reads from `offset` on, as `pread(2)`: less than asked for at the end of the content, 0 behind
  /// it. Blocks for I/O unless the range is resident; every byte is checked against its checksum.
  /// - Throws: `EIO` for a range that is damaged, and for that alone (F3).
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    guard offset < size else { return 0 }
    let count = Int(min(UInt64(buffer.count), size - offset))
    try extents.read(
      at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  /// Whether reading the range does no disk I/O.
  public func isResident(_ range: Range<UInt64>) -> Bool {
    var index = extents.firstIndex(endingAfter: range.lowerBound)
    while index < extents.extents.count, extents.extents[index].fileOffset < range.upperBound {
      if !extents.extents[index].chunk.isResident { return false }
      index += 1
    }
    return true
  }
}
