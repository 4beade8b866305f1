import struct SystemPackage.Errno

extension ExtentMap {
  /// Fills `buffer` with the content from `offset` on; holes are zeros. The caller keeps the range
  /// inside the file.
  /// - Throws: `EIO` if any of it fails its checksum or cannot be read (F3).
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    let end = offset + UInt64(buffer.count)
    var position = offset
    try forEach(from: offset, to: end) { extent throws(Errno) in
      let start = max(extent.fileOffset, position)
      let stop = min(extent.fileEnd, end)
      buffer.zero(from: Int(position - offset), to: Int(start - offset))
      try extent.chunk.read(
        at: extent.chunkOffset + (start - extent.fileOffset),
        into: UnsafeMutableRawBufferPointer(
          rebasing: buffer[Int(start - offset)..<Int(stop - offset)]))
      position = stop
    }
    buffer.zero(from: Int(position - offset), to: buffer.count)
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func zero(from start: Int, to end: Int) {
    guard start < end else { return }
    UnsafeMutableRawBufferPointer(rebasing: self[start..<end])
      .initializeMemory(as: UInt8.self, repeating: 0)
  }
}
