import Glibc

/// An open file, with the few calls that are measured: thin, and each an error if it fails.
struct Descriptor {
  let number: Int32

  init(_ path: String, _ flags: Int32) throws {
    number = open(path, flags | O_CLOEXEC, 0o644)
    try Self.check(number, path)
  }

  func write(_ bytes: [UInt8]) throws {
    try Self.check(bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }, "write")
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
    try Self.check(
      pwrite(number, bytes.baseAddress, bytes.count, off_t(offset)), "pwrite")
  }

  /// Answers how many bytes there were.
  @discardableResult
  func read(at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = pread(number, bytes.baseAddress, bytes.count, off_t(offset))
    try Self.check(count, "pread")
    return count
  }

  func allocate(_ bytes: UInt64) throws {
    try Self.check(-posix_fallocate(number, 0, off_t(bytes)), "fallocate")
  }

  func sync() throws { try Self.check(fsync(number), "fsync") }
  func syncData() throws { try Self.check(fdatasync(number), "fdatasync") }
  func close() throws { try Self.check(Glibc.close(number), "close") }

  static func check(_ result: some BinaryInteger, _ what: String) throws {
    guard result < 0 else { return }
    throw Command.Failure(description: "\(what): \(String(cString: strerror(errno)))")
  }
}
