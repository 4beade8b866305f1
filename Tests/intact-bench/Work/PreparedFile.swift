import Storage

/// A file that is written ahead and then written to in order, past the page cache, by the calls
/// that the log uses: what a log costs at least.
final class PreparedFile {
  private static let size: UInt64 = 16 << 20
  private let file: any StorageFile
  private let buffer: UnsafeMutableRawBufferPointer
  private var offset: UInt64 = 0

  /// - Parameter blocks: of 4 KiB, that each append writes.
  init(in storage: PosixStorage, blocks: Int) throws {
    buffer = .allocate(byteCount: blocks * 4096, alignment: 4096)
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    try storage.makeDirectory(.log)
    file = try storage.create(.segment(1), .direct)
    try file.allocate(Self.size)
    while offset < Self.size { try write() }
    try file.flush()
  }

  deinit { buffer.deallocate() }

  /// Returns when it is durable. Begins again at the end.
  func append() throws {
    if offset >= Self.size { offset = 0 }
    try write()
    try file.flush()
  }

  private func write() throws {
    try file.write(at: offset, UnsafeRawBufferPointer(buffer))
    offset += UInt64(buffer.count)
  }
}
