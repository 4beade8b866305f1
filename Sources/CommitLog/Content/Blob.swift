import LogFormat
import Storage

/// A content file beside the log, for content too large for it.
public final class Blob: Sendable {
  public let number: BlobNumber
  private let file: any StorageFile
  private let storage: any Storage
  private let tail: LogTail

  init(number: BlobNumber, file: any StorageFile, storage: any Storage, tail: LogTail) {
    self.number = number
    self.file = file
    self.storage = storage
    self.tail = tail
  }

  /// Writes bytes anywhere in the file; nothing is durable before ``flush()``.
  public func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try tail.makingRoom { () throws(StorageError) in try file.write(at: offset, bytes) }
  }

  /// Has the disk begin with the range, so that ``flush()`` finds less to do.
  public func startWriting(at offset: UInt64, length: UInt64) {
    file.startWriting(at: offset, length: length)
  }

  /// Reads bytes and answers how many: fewer than asked for at the end of the file only.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    try file.read(at: offset, into: buffer)
  }

  /// Makes the bytes and the file's name durable. To be called before a commit that refers to the
  /// blob is appended. After an error the blob is to be discarded: trying again proves nothing.
  public func flush() throws(StorageError) {
    try tail.makingRoom { () throws(StorageError) in
      try file.flush()
      try storage.flush(.content)
    }
  }

  /// Removes the file. For blobs that no commit refers to; those that one did go by `release`.
  public func discard() {
    // The group that failed may refer to it, and be found if the disk lets nobody cut it off.
    guard tail.update({ $0.failure == nil }) else { return }
    // A file that stays is an orphan, and removed when the store is opened next.
    try? storage.remove(.blob(number.rawValue))
  }
}
