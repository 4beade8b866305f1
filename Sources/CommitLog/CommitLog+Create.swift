import LogFormat
import Storage
import SystemPackage

extension CommitLog {
  /// Makes a new, empty store of the storage's directory.
  ///
  /// The superblock comes last: without it there is no store. What a creation that was cut short
  /// left behind is written over.
  /// - Parameter segmentSize: bytes, a multiple of the block size.
  /// - Throws: a `StorageError`; `EEXIST` if there is a store already.
  public static func create(
    in storage: any Storage, segmentSize: UInt64 = DiskFormat.segmentSize
  ) throws {
    for directory in [StorageDirectory.log, .content, .checkpoint] {
      try storage.makeDirectory(directory)
    }
    try storage.flush(.root)
    if try storage.list(.root).contains(.superblock) {
      guard try isUnfinished(storage) else {
        throw StorageError(.create, StoragePath.superblock.description, .fileExists)
      }
      try storage.remove(.superblock)
    }
    let superblock = Superblock(store: .random(), segmentSize: segmentSize, created: .now())
    let file = try storage.create(.superblock, .write)
    try superblock.encoded().withUnsafeBytes { bytes in try file.write(at: 0, bytes) }
    try file.flush()
    try storage.flush(.root)
  }

  /// True if the superblock was never whole: then nothing else was written either.
  private static func isUnfinished(_ storage: any Storage) throws -> Bool {
    do {
      _ = try StoreOpening.superblock(storage)
      return false
    } catch FormatError.newer {
      return false
    } catch is FormatError {
      return try [StorageDirectory.log, .content, .checkpoint].allSatisfy {
        try storage.list($0).isEmpty
      }
    }
  }
}
