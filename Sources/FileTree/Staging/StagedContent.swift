import LogFormat
import struct SystemPackage.Errno

/// The content that a writer sees: a published version, overlaid with what was written since.
struct StagedContent {
  /// What the unwritten ranges show.
  private(set) var base: Version
  private(set) var extents: ExtentMap
  /// Bytes.
  private(set) var size: UInt64
  /// Something has to be published.
  private(set) var isChanged: Bool
  /// The smallest size since the last commit: what the base had beyond it is gone, even if the file
  /// grew again.
  private var smallestSize: UInt64
  private var area: StagedArea?

  init(base: Version, isChanged: Bool) {
    self.base = base
    self.isChanged = isChanged
    extents = base.extents
    size = base.size
    smallestSize = base.size
  }

  /// Whether writing does disk I/O.
  var isLarge: Bool { area?.isBlob ?? false }

  mutating func write(
    _ bytes: UnsafeRawBufferPointer, at offset: UInt64, store: ContentStore
  ) throws(Errno) {
    guard !bytes.isEmpty else { return }
    guard offset <= UInt64(Int64.max) - UInt64(bytes.count) else { throw .fileTooLarge }
    isChanged = true
    var area = self.area ?? StagedArea(store: store)
    self.area = nil
    defer { self.area = area }
    let end = offset + UInt64(bytes.count)
    var position = offset
    while position < end {
      let (stop, staged) = run(from: position, to: end, in: area.chunk)
      let part = UnsafeRawBufferPointer(
        rebasing: bytes[Int(position - offset)..<Int(stop - offset)])
      if let staged {
        try area.overwrite(part, at: staged)
      } else {
        let start = try area.append(part)
        extents.insert(
          Extent(
            fileOffset: position, length: stop - position, chunk: area.chunk, chunkOffset: start))
      }
      position = stop
      size = max(size, position)
    }
  }

  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    guard offset < size else { return 0 }
    let count = Int(min(UInt64(buffer.count), size - offset))
    try extents.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  mutating func truncate(to newSize: UInt64) {
    guard newSize != size else { return }
    isChanged = true
    if newSize < size { extents.cut(at: newSize) }
    if newSize == 0 { area = nil }
    size = newSize
    smallestSize = min(smallestSize, newSize)
  }

  /// Ends the writing of what is staged so far; nil if no staged byte is left in the content.
  mutating func seal() throws(Errno) -> SealedContent? {
    guard var area, extents.extents.contains(where: { $0.chunk === area.chunk }) else {
      area = nil
      return nil
    }
    let sealed = try area.seal()
    self.area = nil
    return sealed
  }

  /// The content as a version, to be published.
  func version() -> Version { Version(size: size, extents: extents) }

  /// `version`, made of this content, was published.
  mutating func published(_ version: Version) {
    base = version
    smallestSize = size
    isChanged = false
  }

  /// Drops what is staged.
  mutating func drop() { self = StagedContent(base: base, isChanged: false) }

  /// How the content is written down: all of it, or what makes it differ from its base.
  func record(for inode: Inode, sealed: SealedContent?, overlay: Bool) -> ContentRecord {
    var writer = ContentRecordWriter()
    if overlay, smallestSize < min(base.size, size) {
      writer.append(holeFrom: smallestSize, to: min(base.size, size))
    }
    for extent in extents.extents {
      if let sealed, extent.chunk === sealed.chunk {
        writer.append(extent) { sealed.record }
      } else if !overlay {
        writer.append(extent) { extent.chunk.record }
      }
    }
    return ContentRecord(
      inode: inode, size: size, replacesAll: !overlay, chunks: writer.chunks,
      extents: writer.extents)
  }

  /// How far the bytes from `start` on can be treated alike: in place in `chunk` from the returned
  /// offset on, or (nil) as new ones.
  private func run(
    from start: UInt64, to end: UInt64, in chunk: Chunk
  ) -> (stop: UInt64, staged: UInt64?) {
    var index = extents.firstIndex(endingAfter: start)
    while index < extents.extents.count, extents.extents[index].fileOffset < end {
      let extent = extents.extents[index]
      if extent.chunk === chunk {
        guard extent.fileOffset <= start else { return (extent.fileOffset, nil) }
        return (min(end, extent.fileEnd), extent.chunkOffset + (start - extent.fileOffset))
      }
      index += 1
    }
    return (end, nil)
  }
}
