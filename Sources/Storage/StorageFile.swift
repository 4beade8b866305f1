import SystemPackage

/// An open file of the store. Its methods may be called from any thread; it is closed when nothing
/// refers to it any more.
public protocol StorageFile: AnyObject, Sendable {
  /// Reads bytes from `offset` on and answers how many: fewer than asked for at the end of the
  /// file only.
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(StorageError)
    -> Int

  /// Writes all the bytes, in no particular order of sectors.
  func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError)

  /// Makes the file's bytes and its size durable. An error means that nothing may be believed about
  /// any write since the last success, now or after another try (F1).
  func flush() throws(StorageError)

  /// Has the disk begin with what was written into the range, so that a ``flush()`` to come finds
  /// less to do. Promises nothing, and tells of no error: the flush does.
  func startWriting(at offset: UInt64, length: UInt64)

  /// The file's length in bytes.
  func size() throws(StorageError) -> UInt64

  /// Sees to it that writes below `length` need no further room, and makes the file at least so
  /// long. `ENOSPC` if there is no room.
  func allocate(_ length: UInt64) throws(StorageError)

  /// Cuts or lengthens (with zeros) to `length` bytes.
  func truncate(to length: UInt64) throws(StorageError)

  /// Gives the range's room back; it reads as zeros afterwards.
  func punch(at offset: UInt64, length: UInt64) throws(StorageError)
}

extension StorageFile {
  /// Reads exactly the buffer; `EIO` if the file ends before.
  public func readWhole(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer, path: StoragePath
  ) throws(StorageError) {
    guard try read(at: offset, into: buffer) == buffer.count else {
      throw StorageError(.read, path.description, .ioError)
    }
  }
}
