import Locking
import struct SystemPackage.Errno

/// One content of a file as its readers have it. Its identity matters, and whoever refers to it
/// pins it (R2, R4). What it holds never changes, but that appends may add to its end (R3).
public final class Version: Sendable {
  private let present: Mutex<Content>

  init(_ content: Content) { present = Mutex(content) }

  /// What it holds now.
  var content: Content { present.withLock { $0 } }

  /// An append added to it, or its extents were merged.
  func become(_ content: Content) { present.withLock { $0 = content } }

  /// Bytes, at present.
  public var size: UInt64 { present.withLock { $0.size } }

  /// Reads from `offset` on, as `pread(2)`: less than asked for at the end of the content, 0 behind
  /// it. Blocks for I/O unless the range is resident; every byte is checked against its checksum.
  /// - Throws: `EIO` for a range that is damaged, and for that alone (F3).
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    try content.read(at: offset, into: buffer)
  }

  /// Whether reading the range does no disk I/O.
  public func isResident(_ range: Range<UInt64>) -> Bool { content.isResident(range) }
}
