import LogFormat
import Storage

extension CommitLog {
  /// The blobs whose files are there, referred to or not.
  public func blobNumbers() throws(StorageError) -> [BlobNumber] {
    try storage.list(.content).compactMap { path in
      if case .blob(let number) = path { BlobNumber(rawValue: number) } else { nil }
    }
  }

  /// Bytes of a blob's file.
  public func length(of blob: BlobNumber) throws(StorageError) -> UInt64 {
    try storage.open(.blob(blob.rawValue), .read).size()
  }
}
