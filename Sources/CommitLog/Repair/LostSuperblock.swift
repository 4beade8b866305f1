import LogFormat
import Storage

/// What a store's superblock said, by the agreement of the files that carry the same identifier.
struct LostSuperblock {
  private var stores: [StoreIdentifier: Int] = [:]
  private var sizes: [UInt64: Int] = [:]

  /// Asks every file that knows.
  init(_ storage: any Storage) throws {
    for path in try storage.list(.log) + storage.list(.checkpoint) {
      do { try ask(path, storage) } catch is StorageError { continue }
    }
  }

  /// Whether every file that knows says that it is of another store.
  func denies(_ store: StoreIdentifier) -> Bool { !stores.isEmpty && stores[store] == nil }

  /// The superblock as far as it is known; nil if no file tells which store this is.
  var superblock: Superblock? {
    guard let store = stores.max(by: { $0.value < $1.value })?.key else { return nil }
    let size = sizes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    return Superblock(
      store: store, segmentSize: size ?? DiskFormat.segmentSize,
      created: Timestamp(seconds: 0, nanoseconds: 0))
  }

  private mutating func ask(_ path: StoragePath, _ storage: any Storage) throws {
    let file = try storage.open(path, .read)
    var block = [UInt8](repeating: 0, count: DiskFormat.blockSize)
    let count = try block.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    let store: StoreIdentifier
    do throws(FormatError) {
      store = try Self.store(path, Array(block[..<count]))
    } catch .newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      return
    }
    stores[store, default: 0] += 1
    guard case .segment = path else { return }
    let size = try file.size()
    guard Superblock.allows(segmentSize: size) else { return }
    sizes[size, default: 0] += 1
  }

  private static func store(
    _ path: StoragePath, _ block: [UInt8]
  ) throws(FormatError) -> StoreIdentifier {
    try block.span.withUnsafeBytes { bytes throws(FormatError) in
      if case .segment = path {
        try SegmentHeader(bytes).store
      } else {
        try CheckpointHeader(bytes).store
      }
    }
  }
}
