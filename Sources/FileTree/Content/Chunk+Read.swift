import CommitLog
import LogFormat
import Storage
import struct SystemPackage.Errno

extension Chunk {
  /// Whether a read does no disk I/O.
  var isResident: Bool {
    state.withLock { state in
      if case .memory = state.place { true } else { false }
    }
  }

  /// Fills `buffer` with the bytes from `offset` on; what comes from the store is checked against
  /// its checksums (F3). Blocks for I/O, without a lock.
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    while true {
      let now = state.withLock { $0 }
      precondition(offset + UInt64(buffer.count) <= now.length)
      switch now.place {
      case .memory(let content):
        content.withBytes { bytes in
          buffer.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[Int(offset)...].prefix(buffer.count)))
        }
        return
      case .staged(let blob):
        try blob.readWhole(at: offset, into: buffer)
        return
      case .stored(let location):
        if try readStored(now, location, at: offset, into: buffer) { return }
      // Compaction moved the chunk and its old place was used again under our read: read it where
      // it is now.
      }
    }
  }

  /// False if the chunk was moved meanwhile.
  private func readStored(
    _ now: State, _ location: ContentLocation, at offset: UInt64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Bool {
    let blocks = BlockRange(covering: offset, buffer.count, of: now.length)
    if blocks.start == offset, blocks.count == buffer.count {
      return try readBlocks(now, location, blocks, into: buffer)
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: blocks.count, alignment: 4096)
    defer { scratch.deallocate() }
    guard try readBlocks(now, location, blocks, into: scratch) else { return false }
    let skip = Int(offset - blocks.start)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: scratch[skip..<skip + buffer.count]))
    return true
  }

  private func readBlocks(
    _ now: State, _ location: ContentLocation, _ blocks: BlockRange,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Bool {
    do throws(StorageError) {
      try now.store?.log.read(location.advanced(by: blocks.start), into: buffer)
    } catch {
      if hasMoved(from: location) { return false }
      now.store?.reportUnreadable(location, error)
      throw Errno(error)
    }
    for (index, block) in blocks.indices.enumerated() {
      let start = index * ContentBlock.size
      let bytes = UnsafeRawBufferPointer(
        rebasing: buffer[start..<min(start + ContentBlock.size, buffer.count)])
      guard now.checksums.indices.contains(block), Checksum.of(bytes) == now.checksums[block]
      else {
        if hasMoved(from: location) { return false }
        now.store?.reportDamage(location, block: block)
        throw .ioError
      }
    }
    return true
  }

  private func hasMoved(from location: ContentLocation) -> Bool {
    state.withLock { state in
      if case .stored(location) = state.place { false } else { true }
    }
  }
}

/// The content blocks that cover a range of a chunk.
struct BlockRange {
  /// Bytes from the start of the chunk, a multiple of the block size.
  let start: UInt64
  /// Bytes; the chunk's last block may be short.
  let count: Int
  let indices: Range<Int>

  init(covering offset: UInt64, _ count: Int, of length: UInt64) {
    let size = UInt64(ContentBlock.size)
    let end = min((offset + UInt64(count) + size - 1) / size * size, length)
    start = offset / size * size
    self.count = Int(end - start)
    indices = Int(start / size)..<Int((end + size - 1) / size)
  }
}

extension ContentLocation {
  /// The place `distance` bytes further on.
  func advanced(by distance: UInt64) -> ContentLocation {
    switch self {
    case .log(let position):
      .log(LogPosition(segment: position.segment, offset: position.offset + distance))
    case .blob(let number, let offset):
      .blob(number, offset: offset + distance)
    }
  }
}

extension Blob {
  /// Reads exactly the buffer from what was written before.
  func readWhole(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    let count: Int
    do { count = try read(at: offset, into: buffer) } catch { throw Errno(error) }
    guard count == buffer.count else { throw .ioError }
  }
}
