import CLinux
import Glibc
import SystemPackage

/// An open file of a ``PosixStorage``.
final class PosixFile: StorageFile {
  private let descriptor: CInt
  private let path: StoragePath

  /// Takes over the descriptor.
  init(descriptor: CInt, path: StoragePath) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset) + off_t(done))
      if count == 0 { break }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        throw failure(.read)
      }
    }
    return done
  }

  func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw StorageError(.write, path.description, .ioError)
      } else if errno != EINTR {
        throw failure(.write)
      }
    }
  }

  func flush() throws(StorageError) {
    guard fdatasync(descriptor) == 0 else { throw failure(.flush) }
  }

  func startWriting(at offset: UInt64, length: UInt64) {
    intact_start_writing(descriptor, offset, length)
  }

  func size() throws(StorageError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.size) }
    return UInt64(status.st_size)
  }

  func allocate(_ length: UInt64) throws(StorageError) {
    guard intact_allocate(descriptor, length) == 0 else { throw failure(.allocate) }
  }

  func truncate(to length: UInt64) throws(StorageError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw failure(.truncate) }
  }

  func punch(at offset: UInt64, length: UInt64) throws(StorageError) {
    guard intact_punch(descriptor, offset, length) == 0 else { throw failure(.punch) }
  }

  private func failure(_ operation: StorageError.Operation) -> StorageError {
    StorageError(operation, path.description, Errno(rawValue: errno))
  }
}
