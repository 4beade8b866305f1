import Locking
import LogFormat
import Storage

/// The files that content is read from, kept open for the next read.
final class ContentFiles: Sendable {
  /// More files than this are not kept open.
  private static let openMax = 256

  private let storage: any Storage
  private let open = Mutex<[StoragePath: any StorageFile]>([:])

  init(storage: any Storage) {
    self.storage = storage
  }

  /// Reads exactly the buffer from `location` on.
  func read(
    _ location: ContentLocation, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) {
    let (path, offset): (StoragePath, UInt64) =
      switch location {
      case .log(let position): (.segment(position.segment.rawValue), position.offset)
      case .blob(let number, let offset): (.blob(number.rawValue), offset)
      }
    try file(path).readWhole(at: offset, into: buffer, path: path)
  }

  /// Lets go of a file whose name goes or comes to mean another.
  func forget(_ path: StoragePath) {
    let file = open.withLock { $0.removeValue(forKey: path) }
    // The last reference closes the file: not under the lock.
    _ = consume file
  }

  private func file(_ path: StoragePath) throws(StorageError) -> any StorageFile {
    if let file = open.withLock({ $0[path] }) { return file }
    let file = try storage.open(path, .read)
    let evicted = open.withLock { open -> (any StorageFile)? in
      open[path] = file
      guard open.count > Self.openMax, let victim = open.keys.first(where: { $0 != path }) else {
        return nil
      }
      return open.removeValue(forKey: victim)
    }
    _ = consume evicted
    return file
  }
}
