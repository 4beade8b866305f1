import Glibc

/// Pages of memory, or of a file.
enum MemoryMap {
  /// Lends `body` a map of `size` bytes, made as mmap(2) is told.
  /// - Parameter file: a descriptor; -1 for memory alone.
  static func with<R>(
    _ size: Int, _ protection: CInt, _ flags: CInt, of file: CInt = -1,
    _ body: (UnsafeMutableRawPointer) throws -> R
  ) throws -> R {
    guard let start = mmap(nil, size, protection, flags, file, 0), start != MAP_FAILED else {
      throw Command.Failure(description: "mmap: \(String(cString: strerror(errno)))")
    }
    defer { munmap(start, size) }
    return try body(start)
  }
}
