import LogFormat

/// Memory for direct I/O: it begins at a whole block.
final class AlignedBuffer {
  /// The memory; zeros at first.
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) {
    bytes = .allocate(byteCount: count, alignment: DiskFormat.blockSize)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    bytes.deallocate()
  }
}
