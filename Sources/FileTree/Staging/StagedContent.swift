import LogFormat
import struct SystemPackage.Errno

/// The content that a writer sees: a published version, overlaid with what was written since.
struct StagedContent {
  /// What the unwritten ranges show.
  private(set) var base: FileBody
  /// What the writer sees.
  var content: Content
  /// Something has to be published.
  private(set) var isChanged: Bool
  /// Where the content may differ from its base, so that a commit looks at nothing else (W2).
  private var changes = RangeSet<UInt64>()
  /// The size was set: what others append meanwhile goes.
  private var isCut = false
  private var area: StagedArea?

  init(base: FileBody, isChanged: Bool) {
    self.base = base
    self.isChanged = isChanged
    content = base.content
  }

  /// Bytes.
  var size: UInt64 { content.size }

  /// The end of the file is not where the base has it.
  var hasOtherSize: Bool { isCut || size != base.content.size }

  /// Whether writing does disk I/O.
  var isLarge: Bool { area?.isBlob ?? false }

  mutating func write(
    _ bytes: UnsafeRawBufferPointer, at offset: UInt64, store: ContentStore
  ) throws(Errno) {
    guard !bytes.isEmpty else { return }
    guard offset <= UInt64(Int64.max) - UInt64(bytes.count) else { throw .fileTooLarge }
    var area = self.area ?? StagedArea(store: store)
    self.area = nil
    defer { self.area = area }
    let end = offset + UInt64(bytes.count)
    changed(grownRange(offset..<end))
    var position = offset
    while position < end {
      let (stop, staged) = run(from: position, to: end, in: area.chunk)
      let part = UnsafeRawBufferPointer(
        rebasing: bytes[Int(position - offset)..<Int(stop - offset)])
      if let staged {
        try area.overwrite(part, at: staged)
      } else {
        let start = try area.append(part)
        content.extents.insert(
          Extent(
            fileOffset: position, length: stop - position, chunk: area.chunk, chunkOffset: start))
      }
      position = stop
      content.size = max(content.size, position)
    }
  }

  /// Something in the range is to be published.
  mutating func changed(_ range: Range<UInt64>) {
    isChanged = true
    if !range.isEmpty { changes.insert(contentsOf: range) }
  }

  /// The range with what lies between it and the end: what shows there is the writer's from now on,
  /// whatever others append meanwhile.
  func grownRange(_ range: Range<UInt64>) -> Range<UInt64> {
    min(range.lowerBound, size)..<range.upperBound
  }

  mutating func truncate(to newSize: UInt64) {
    guard newSize != size else { return }
    isChanged = true
    isCut = true
    if newSize < size { content.extents.cut(at: newSize) }
    // What the base has there, or gets there by an append, must not show when the file is longer.
    changes.insert(contentsOf: min(newSize, size)..<UInt64.max)
    if newSize == 0 { area = nil }
    content.size = newSize
  }

  /// Takes over what was published since, unless that is another version and something is staged:
  /// then this content replaces it. What is staged counts as written now.
  mutating func follow(_ present: FileBody) {
    guard !base.isSame(as: present) else { return }
    guard isChanged else {
      self = StagedContent(base: present, isChanged: false)
      return
    }
    guard base.version === present.version, present.content.revision > base.content.revision
    else { return }
    var merged = present.content
    for range in changedRanges { merged.extents.replace(range, with: content.extents) }
    if isCut { merged.extents.cut(at: size) }
    merged.size = isCut ? size : max(size, merged.size)
    content = merged
    base = present
  }

  /// Ends the writing of what is staged so far; nil if no staged byte is left in the content.
  mutating func seal() throws(Errno) -> SealedContent? {
    guard var area, shows(area.chunk) else {
      area = nil
      return nil
    }
    let sealed = try area.seal()
    self.area = nil
    return sealed
  }

  /// `file`, made of this content, was published.
  mutating func published(_ file: FileBody) {
    base = file
    content = file.content
    changes = RangeSet()
    isCut = false
    isChanged = false
  }

  /// Drops what is staged.
  mutating func drop() { self = StagedContent(base: base, isChanged: false) }

  /// How far the bytes from `start` on can be treated alike: in place in `chunk` from the returned
  /// offset on, or (nil) as new ones.
  private func run(
    from start: UInt64, to end: UInt64, in chunk: Chunk
  ) -> (stop: UInt64, staged: UInt64?) {
    var run: (stop: UInt64, staged: UInt64?) = (end, nil)
    content.extents.visit(from: start, to: end) { extent in
      guard extent.chunk === chunk else { return true }
      run =
        extent.fileOffset > start
        ? (extent.fileOffset, nil)
        : (min(end, extent.fileEnd), extent.chunkOffset + (start - extent.fileOffset))
      return false
    }
    return run
  }

  private func shows(_ chunk: Chunk) -> Bool {
    !changedRanges.allSatisfy { range in
      content.extents.visit(from: range.lowerBound, to: range.upperBound) { $0.chunk !== chunk }
    }
  }

  /// The changes that lie inside the file.
  private var changedRanges: [Range<UInt64>] {
    changes.ranges.compactMap { range in
      range.lowerBound < size ? range.lowerBound..<min(range.upperBound, size) : nil
    }
  }
}

/// What the log needs to know.
extension StagedContent {
  /// False while the log has yet to say where content that must be written down again lies.
  /// - Parameter overlay: as for `record`.
  func isReady(sealed: SealedContent?, overlay: Bool) -> Bool {
    written(overlay: overlay).allSatisfy { range in
      content.extents.visit(from: range.lowerBound, to: range.upperBound) { extent in
        extent.chunk === sealed?.chunk || extent.chunk.location != nil
      }
    }
  }

  /// How the content is written down: all of it, or what makes it differ from its base.
  func record(for inode: Inode, sealed: SealedContent?, overlay: Bool) -> ContentRecord {
    var writer = ContentRecordWriter()
    for range in written(overlay: overlay) {
      var position = range.lowerBound
      content.extents.forEach(from: range.lowerBound, to: range.upperBound) { extent in
        let part = extent.slice(
          from: max(extent.fileOffset, position), to: min(extent.fileEnd, range.upperBound))
        if overlay, part.fileOffset > position {
          writer.append(holeFrom: position, to: part.fileOffset)
        }
        writer.append(part) {
          part.chunk === sealed?.chunk ? sealed!.record : part.chunk.record
        }
        position = part.fileEnd
      }
      if overlay, position < range.upperBound {
        writer.append(holeFrom: position, to: range.upperBound)
      }
    }
    return ContentRecord(
      inode: inode, size: size, replacesAll: !overlay, chunks: writer.chunks,
      extents: writer.extents)
  }

  private func written(overlay: Bool) -> [Range<UInt64>] {
    overlay ? changedRanges : size > 0 ? [0..<size] : []
  }
}
