import LogFormat

/// Memory for direct I/O: it begins at a whole block. Lent for the time of a call only, since it
/// goes with the last reference to the buffer.
final class AlignedBuffer {
  private let memory: UnsafeMutableRawBufferPointer

  /// Zeros.
  init(count: Int) {
    memory = .allocate(byteCount: count, alignment: DiskFormat.blockSize)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// A copy of `bytes`.
  convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count)
    memory.copyBytes(from: bytes)
  }

  deinit {
    memory.deallocate()
  }

  var count: Int { memory.count }

  /// Lends all the memory.
  func withBytes<R, E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(memory)
  }

  /// Lends a part of the memory for reading.
  func withBytes<R, E: Error>(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(rebasing: memory[range]))
  }
}
