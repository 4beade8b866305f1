import struct SystemPackage.Errno

/// Holes, and content that is shared instead of copied. As with `write`, the caller holds the
/// staging to itself.
extension Staging {
  /// What `fallocate(2)` can do.
  public enum Allocation: Sendable {
    /// Only the size may change: space is found when it is written.
    case reserve(keepsSize: Bool)
    /// Zeros, without space.
    case zero(keepsSize: Bool)
  }

  /// As `fallocate(2)`.
  public func allocate(_ range: Range<UInt64>, _ allocation: Allocation) throws(Errno) {
    try change { content in
      switch allocation {
      case .reserve(let keepsSize):
        content.touch(upTo: keepsSize ? 0 : range.upperBound)
      case .zero(let keepsSize):
        content.punch(range)
        content.touch(upTo: keepsSize ? 0 : range.upperBound)
      }
    }
  }

  /// Makes the bytes from `offset` on show `clip`.
  public func insert(_ clip: Clip, at offset: UInt64) throws(Errno) {
    guard clip.length > 0 else { return }
    guard offset <= UInt64(Int64.max) - clip.length else { throw .fileTooLarge }
    try change { $0.insert(clip, at: offset) }
  }

  /// What can be shared of what the descriptor sees; it ends where bytes may still change, and is
  /// empty if they begin there.
  public func clip(_ range: Range<UInt64>) -> Clip {
    followPublished()
    var clip = Clip(range, of: content.content)
    clip.cutBeforeStaged()
    return clip
  }

  /// As `lseek(2)` with `SEEK_DATA` or `SEEK_HOLE`.
  public func seek(_ kind: SpaceKind, from offset: UInt64) throws(Errno) -> UInt64 {
    followPublished()
    return try content.content.seek(kind, from: offset)
  }
}

extension StagedContent {
  /// Makes the range a hole; beyond the end there is nothing to change.
  mutating func punch(_ range: Range<UInt64>) {
    changed(range.clamped(to: 0..<size))
    content.extents.punch(from: range.lowerBound, to: range.upperBound)
  }

  /// Changed, though perhaps not in a byte; at least `newSize` bytes long.
  mutating func touch(upTo newSize: UInt64) {
    changed(size..<max(size, newSize))
    content.size = max(size, newSize)
  }

  mutating func insert(_ clip: Clip, at offset: UInt64) {
    let range = offset..<offset + clip.length
    changed(grownRange(range))
    content.extents.punch(from: range.lowerBound, to: range.upperBound)
    for var extent in clip.extents {
      extent.fileOffset += offset
      content.extents.insert(extent)
    }
    touch(upTo: offset + clip.length)
  }
}
