import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Reads one content, block by block where it is damaged, and hands over what is sound.
struct ContentRescue {
  private static let step = 1 << 20

  /// What cannot be read, in bytes of the file.
  private(set) var damaged: [Range<UInt64>] = []
  private var done: UInt64 = 0
  private let memory = ContentBuffer(capacity: Self.step)

  /// - Parameter progress: called with the bytes that were read so far.
  mutating func run(
    _ content: Content, into writer: inout RescueWriter?, _ progress: (UInt64) -> Void
  ) throws {
    memory.resize(to: Self.step)
    try content.extents.forEach { extent in
      if try writer?.share(extent) ?? false { return }
      var start: UInt64 = 0
      while start < extent.length {
        let count = min(UInt64(Self.step), extent.length - start)
        let part = extent.slice(
          from: extent.fileOffset + start, to: extent.fileOffset + start + count)
        if try !copy(part, into: &writer) { try copyBlocks(of: part, into: &writer) }
        start += count
        done += count
        progress(done)
      }
    }
  }

  /// Finds what is sound in a range that cannot be read as a whole.
  private mutating func copyBlocks(
    of extent: Extent, into writer: inout RescueWriter?
  ) throws {
    let block = UInt64(ContentBlock.size)
    var start = extent.fileOffset
    while start < extent.fileEnd {
      // Blocks count from the start of the chunk.
      let place = extent.chunkOffset + (start - extent.fileOffset)
      let end = min(start + (block - place % block), extent.fileEnd)
      let part = extent.slice(from: start, to: end)
      if try !copy(part, into: &writer) { note(start..<end) }
      start = end
    }
  }

  /// Answers false if it cannot be read.
  private func copy(_ extent: Extent, into writer: inout RescueWriter?) throws -> Bool {
    try memory.withMutableBytes(in: 0..<Int(extent.length)) { bytes in
      do throws(Errno) {
        try extent.chunk.read(at: extent.chunkOffset, into: bytes)
      } catch {
        return false
      }
      try writer?.stage(UnsafeRawBufferPointer(bytes), as: extent)
      return true
    }
  }

  private mutating func note(_ range: Range<UInt64>) {
    if let last = damaged.last, last.upperBound == range.lowerBound {
      damaged[damaged.count - 1] = last.lowerBound..<range.upperBound
    } else {
      damaged.append(range)
    }
  }
}
