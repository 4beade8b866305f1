import LogFormat

/// The chunks that more than one place in a tree shows, and where their copies are.
struct SharedChunks {
  /// In offsets from the start of the old chunk.
  private var copies: [ObjectIdentifier: ExtentMap] = [:]

  init(of state: TreeState) {
    var seen: Set<ObjectIdentifier> = []
    for node in state.nodes {
      node.file?.content.extents.forEach { extent in
        let chunk = ObjectIdentifier(extent.chunk)
        if !seen.insert(chunk).inserted { copies[chunk] = ExtentMap() }
      }
    }
  }

  /// Takes note that `copy` shows the same bytes as `extent`, which may go on.
  mutating func note(_ copy: Extent, as extent: Extent) {
    copies[ObjectIdentifier(extent.chunk)]?.insert(
      Extent(
        fileOffset: extent.chunkOffset, length: copy.length, chunk: copy.chunk,
        chunkOffset: copy.chunkOffset))
  }

  /// What shows the same bytes as `extent`, at its place in the file; nil if some of them have no
  /// copy.
  func copies(of extent: Extent) -> [Extent]? {
    guard let copies = copies[ObjectIdentifier(extent.chunk)] else { return nil }
    let end = extent.chunkOffset + extent.length
    var position = extent.chunkOffset
    var parts: [Extent] = []
    copies.forEach(from: position, to: end) { copy in
      guard copy.fileOffset <= position else { return }
      var part = copy.slice(from: position, to: min(copy.fileEnd, end))
      position = part.fileEnd
      part.fileOffset = extent.fileOffset + (part.fileOffset - extent.chunkOffset)
      parts.append(part)
    }
    return position == end ? parts : nil
  }
}
