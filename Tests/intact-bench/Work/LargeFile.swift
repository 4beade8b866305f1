import Glibc

/// Large files, a MiB at a time.
enum LargeFile {
  private static let piece = 1 << 20

  /// Writes `size` bytes that differ from piece to piece, and returns when they are durable.
  static func write(_ path: String, _ size: UInt64) throws {
    var bytes = [UInt8](repeating: 0, count: piece)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    let file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
    var offset: UInt64 = 0
    while offset < size {
      bytes[0] = UInt8(truncatingIfNeeded: offset >> 20)
      try bytes.withUnsafeBytes { try file.write($0, at: offset) }
      offset += UInt64(piece)
    }
    try file.sync()
    try file.close()
  }

  /// Reads it from beginning to end.
  static func read(_ path: String) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 4096)
    defer { buffer.deallocate() }
    let file = try Descriptor(path, O_RDONLY)
    var offset: UInt64 = 0
    while true {
      let count = try file.read(at: offset, into: buffer)
      guard count > 0 else { break }
      offset += UInt64(count)
    }
    try file.close()
  }

  /// Touches every page of it through a map.
  static func map(_ path: String, _ size: UInt64) throws {
    let file = try Descriptor(path, O_RDONLY)
    defer { try? file.close() }
    let sum = try MemoryMap.with(Int(size), PROT_READ, MAP_SHARED, of: file.number) { start in
      stride(from: 0, to: Int(size), by: 4096).reduce(into: UInt64(0)) { sum, offset in
        sum &+= UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
      }
    }
    guard sum > 0 else { throw Command.Failure(description: "\(path): nothing was read") }
  }
}
