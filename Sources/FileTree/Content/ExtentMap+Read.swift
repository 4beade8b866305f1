import struct SystemPackage.Errno

extension ExtentMap {
  /// Fills `buffer` with the content from `offset` on; holes are zeros. The caller keeps the range
  /// inside the file.
  /// - Throws: `EIO` if any of it fails its checksum or cannot be read (F3).
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    let end = offset + UInt64(buffer.count)
    var position = offset
    var index = firstIndex(endingAfter: offset)
    while position < end {
      guard index < extents.count, extents[index].fileOffset < end else {
        buffer.zero(from: Int(position - offset), to: buffer.count)
        return
      }
      let extent = extents[index]
      if extent.fileOffset > position {
        buffer.zero(from: Int(position - offset), to: Int(extent.fileOffset - offset))
        position = extent.fileOffset
      }
      let sliceEnd = min(extent.fileEnd, end)
      try extent.chunk.read(
        at: extent.chunkOffset + (position - extent.fileOffset),
        into: UnsafeMutableRawBufferPointer(
          rebasing: buffer[Int(position - offset)..<Int(sliceEnd - offset)]))
      position = sliceEnd
      index += 1
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func zero(from start: Int, to end: Int) {
    guard start < end else { return }
    UnsafeMutableRawBufferPointer(rebasing: self[start..<end])
      .initializeMemory(as: UInt8.self, repeating: 0)
  }
}
