import LogFormat
import Storage
import SystemPackage

/// A damaged store as it is read for repair: nothing can be changed through it, segments are found
/// under the number that they carry, whatever their files are called, and a block that the disk
/// cannot read any more hides none of its neighbours.
final class ReadingStorage: Storage {
  private let base: any Storage
  /// The files of the segments that do not have the name that they should have.
  private let segments: [SegmentNumber: StoragePath]

  init(_ base: any Storage, segments: [SegmentNumber: StoragePath] = [:]) {
    self.base = base
    self.segments = segments
  }

  /// A directory that is gone has no files.
  func list(_ directory: StorageDirectory) throws(StorageError) -> [StoragePath] {
    do {
      return try base.list(directory)
    } catch {
      guard error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory else {
        throw error
      }
      return []
    }
  }

  func open(_ path: StoragePath, _ access: StorageAccess) throws(StorageError) -> any StorageFile {
    guard access == .read || access == .directRead else { throw refusal(.open, path.description) }
    let actual =
      if case .segment(let number) = path {
        segments[SegmentNumber(rawValue: number)] ?? path
      } else {
        path
      }
    return ReadingFile(try base.open(actual, access), path: actual)
  }

  func space() throws(StorageError) -> StorageSpace { try base.space() }

  func makeDirectory(_ directory: StorageDirectory) throws(StorageError) {
    throw refusal(.makeDirectory, directory.name)
  }

  func create(_ path: StoragePath, _ access: StorageAccess) throws(StorageError) -> any StorageFile
  {
    throw refusal(.create, path.description)
  }

  func rename(_ old: StoragePath, to new: StoragePath) throws(StorageError) {
    throw refusal(.rename, old.description)
  }

  func remove(_ path: StoragePath) throws(StorageError) {
    throw refusal(.remove, path.description)
  }

  func flush(_ directory: StorageDirectory) throws(StorageError) {
    throw refusal(.flushDirectory, directory.name)
  }

  private func refusal(_ operation: StorageError.Operation, _ path: String) -> StorageError {
    StorageError(operation, path, .readOnlyFileSystem)
  }
}
