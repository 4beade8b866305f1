/// A store's directory as everything above sees it: the few calls that are made on the disk, so
/// that a disk that fails or loses its power can stand in its place.
///
/// What a power cut leaves: the names that were there at the last ``flush(_:)`` of their directory
/// with any of the later changes, each whole; of each file what ``StorageFile/flush()`` covered,
/// with any of the 512-byte sectors written since.
public protocol Storage: Sendable {
  /// The store's files in `directory`, in no order; what else may lie there is left out.
  func list(_ directory: StorageDirectory) throws(StorageError) -> [StoragePath]

  /// Makes a directory; one that is there already is no error.
  func makeDirectory(_ directory: StorageDirectory) throws(StorageError)

  /// Opens a file that is there.
  func open(_ path: StoragePath, _ access: StorageAccess) throws(StorageError) -> any StorageFile

  /// Makes a new, empty file; `EEXIST` if it is there already.
  func create(_ path: StoragePath, _ access: StorageAccess) throws(StorageError) -> any StorageFile

  /// Renames within one directory, over a file of the new name if there is one.
  func rename(_ old: StoragePath, to new: StoragePath) throws(StorageError)

  /// Removes a file; open ones stay readable.
  func remove(_ path: StoragePath) throws(StorageError)

  /// Makes the names in `directory` durable as they are now.
  func flush(_ directory: StorageDirectory) throws(StorageError)

  /// The room on the disk.
  func space() throws(StorageError) -> StorageSpace
}
