import LogFormat
import Storage
import SystemPackage

/// A file of a damaged store. What the disk cannot read reads as zeros, block by block, so that the
/// checksums sort it out and what stands beside it is saved.
final class ReadingFile: StorageFile {
  private let base: any StorageFile
  private let path: StoragePath

  init(_ base: any StorageFile, path: StoragePath) {
    self.base = base
    self.path = path
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    do {
      return try base.read(at: offset, into: buffer)
    } catch {
      guard error.operation == .read, error.errno == .ioError else { throw error }
    }
    let size = try base.size()
    guard offset < size else { return 0 }
    let count = Int(min(UInt64(buffer.count), size - offset))
    for start in stride(from: 0, to: count, by: DiskFormat.blockSize) {
      // Direct reads ask for whole blocks, at the file's end too.
      let end = min(start + DiskFormat.blockSize, buffer.count)
      let block = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
      do {
        _ = try base.read(at: offset + UInt64(start), into: block)
      } catch {
        block.initializeMemory(as: UInt8.self, repeating: 0)
      }
    }
    return count
  }

  func size() throws(StorageError) -> UInt64 { try base.size() }

  func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    throw refusal(.write)
  }

  func startWriting(at offset: UInt64, length: UInt64) {}

  func flush() throws(StorageError) { throw refusal(.flush) }

  func allocate(_ length: UInt64) throws(StorageError) { throw refusal(.allocate) }

  func truncate(to length: UInt64) throws(StorageError) { throw refusal(.truncate) }

  func punch(at offset: UInt64, length: UInt64) throws(StorageError) { throw refusal(.punch) }

  private func refusal(_ operation: StorageError.Operation) -> StorageError {
    StorageError(operation, path.description, .readOnlyFileSystem)
  }
}
