import struct SystemPackage.Errno

/// A range of some content, to be shown by another file too: `copy_file_range(2)` without copying.
public struct Clip: Sendable {
  /// Bytes.
  public private(set) var length: UInt64
  /// In offsets from the start of the clip; what they leave out is a hole.
  private(set) var extents: [Extent] = []

  /// - Parameter range: what lies outside of the content is left out.
  init(_ range: Range<UInt64>, of content: Content) {
    let end = min(range.upperBound, content.size)
    length = end > range.lowerBound ? end - range.lowerBound : 0
    content.extents.forEach(from: range.lowerBound, to: end) { extent in
      var part = extent.slice(
        from: max(extent.fileOffset, range.lowerBound), to: min(extent.fileEnd, end))
      part.fileOffset -= range.lowerBound
      extents.append(part)
    }
  }

  /// Ends the clip before the first bytes that may still change.
  mutating func cutBeforeStaged() {
    guard let staged = extents.firstIndex(where: { $0.chunk.location == nil }) else { return }
    length = extents[staged].fileOffset
    extents.removeSubrange(staged...)
  }
}

extension Version {
  /// A part of what the version holds; shorter at its end.
  public func clip(_ range: Range<UInt64>) -> Clip { Clip(range, of: content) }
}
