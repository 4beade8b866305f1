import LogFormat

/// Writes extents down for a `ContentRecord`, each chunk of them once.
struct ContentRecordWriter {
  private(set) var chunks: [ChunkRecord] = []
  private(set) var extents: [ExtentRecord] = []
  private var indices: [ObjectIdentifier: Int] = [:]

  mutating func append(holeFrom start: UInt64, to end: UInt64) {
    extents.append(ExtentRecord(fileOffset: start, length: end - start, source: .hole))
  }

  /// `record` is asked for when the extent's chunk is met first.
  mutating func append(_ extent: Extent, _ record: () -> ChunkRecord) {
    let index = indices[ObjectIdentifier(extent.chunk)] ?? add(extent.chunk, record())
    extents.append(
      ExtentRecord(
        fileOffset: extent.fileOffset, length: extent.length,
        source: .chunk(index: index, offset: extent.chunkOffset)))
  }

  private mutating func add(_ chunk: Chunk, _ record: ChunkRecord) -> Int {
    indices[ObjectIdentifier(chunk)] = chunks.count
    chunks.append(record)
    return chunks.count - 1
  }
}

extension Content {
  /// Makes the version go on with a chunk at `offset`; returns how that is written down.
  mutating func insert(
    _ sealed: SealedContent, at offset: UInt64, of inode: Inode
  ) -> ContentRecord {
    let extent = Extent(
      fileOffset: offset, length: sealed.chunk.length, chunk: sealed.chunk, chunkOffset: 0)
    extents.insert(extent)
    size = max(size, extent.fileEnd)
    revision += 1
    var writer = ContentRecordWriter()
    writer.append(extent) { sealed.record }
    return ContentRecord(
      inode: inode, size: size, replacesAll: false, chunks: writer.chunks,
      extents: writer.extents)
  }

  /// How the whole content is written down, as in a checkpoint.
  func record(for inode: Inode) -> ContentRecord {
    var writer = ContentRecordWriter()
    extents.forEach { extent in writer.append(extent) { extent.chunk.record } }
    return ContentRecord(
      inode: inode, size: size, replacesAll: true, chunks: writer.chunks, extents: writer.extents)
  }
}
