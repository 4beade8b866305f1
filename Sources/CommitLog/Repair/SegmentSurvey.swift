import LogFormat
import Storage

/// What one file of a damaged log holds: which segment it is by its own word, and the groups in it
/// that are whole.
struct SegmentSurvey {
  let number: SegmentNumber
  /// Its file; not always the one of that number.
  let path: StoragePath
  /// Nil if it is damaged, or was never written.
  let header: SegmentHeader?
  /// Bytes of the file, as far as a segment reaches.
  let length: UInt64
  /// Whole and in their place, in the order of the file.
  private(set) var groups: [GroupHeader] = []

  /// - Parameter storage: finds the segment under its number.
  init(
    _ number: SegmentNumber, at path: StoragePath, superblock: Superblock,
    storage: ReadingStorage
  ) throws {
    self.number = number
    self.path = path
    header = try SegmentImage.header(number, store: superblock.store, storage: storage)
    let image = try SegmentImage(number, superblock: superblock, storage: storage)
    length = UInt64(image.count)
    var offset = UInt64(DiskFormat.blockSize)
    while offset < length {
      // After what is damaged, the next group may begin at any block.
      if let group = image.groupHeader(at: offset), image.withPayload(of: group, { _ in }) {
        groups.append(group)
        offset += group.extent
      } else {
        offset += UInt64(DiskFormat.blockSize)
      }
    }
  }

  /// Which segment the file is: by its header, else by most of its groups; nil if it is none, but
  /// space made ready.
  static func number(
    of path: StoragePath, superblock: Superblock, storage: any Storage
  ) throws -> SegmentNumber? {
    let header = try SegmentImage.anyHeader(of: path, storage: storage)
    if let header, header.store == superblock.store { return header.number }
    let memory = AlignedBuffer(count: Int(superblock.segmentSize))
    let file = try storage.open(path, .directRead)
    let count = try memory.withBytes { bytes throws(StorageError) in
      try file.read(at: 0, into: bytes)
    }
    var votes: [SegmentNumber: Int] = [:]
    let size = DiskFormat.blockSize
    for start in stride(from: size, to: count - GroupHeader.length, by: size) {
      let range = start..<start + GroupHeader.length
      guard let group = memory.withBytes(in: range, { try? GroupHeader($0) }),
        group.storeTag == superblock.store.high, group.position.offset == UInt64(start)
      else { continue }
      votes[group.position.segment, default: 0] += 1
    }
    return votes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }
}
