import LogFormat
import Storage

/// A segment in memory, as it is on the device: read past the page cache, which may show what
/// never got there (F1).
final class SegmentImage {
  let number: SegmentNumber
  private let store: StoreIdentifier
  private let segmentSize: UInt64
  private let memory: AlignedBuffer
  /// Bytes that the file has; the rest of the memory is not looked at.
  let count: Int

  init(
    _ number: SegmentNumber, superblock: Superblock, storage: any Storage
  ) throws(StorageError) {
    self.number = number
    store = superblock.store
    segmentSize = superblock.segmentSize
    let file = try storage.open(.segment(number.rawValue), .directRead)
    let size = DiskFormat.blocks(try file.size())
    memory = AlignedBuffer(count: Int(max(UInt64(DiskFormat.blockSize), min(size, segmentSize))))
    count = try memory.withBytes { bytes throws(StorageError) in
      try file.read(at: 0, into: bytes)
    }
  }

  /// The header, if the file has one that is valid, of this store and of this number.
  static func header(
    _ number: SegmentNumber, store: StoreIdentifier, storage: any Storage
  ) throws -> SegmentHeader? {
    let header = try anyHeader(of: .segment(number.rawValue), storage: storage)
    return header?.store == store && header?.number == number ? header : nil
  }

  /// The header of whichever segment a file holds.
  static func anyHeader(
    of path: StoragePath, storage: any Storage
  ) throws -> SegmentHeader? {
    let block = AlignedBuffer(count: DiskFormat.blockSize)
    let file = try storage.open(path, .directRead)
    let count = try block.withBytes { bytes throws(StorageError) in
      try file.read(at: 0, into: bytes)
    }
    do throws(FormatError) {
      return try block.withBytes(in: 0..<count) { bytes throws(FormatError) in
        try SegmentHeader(bytes)
      }
    } catch .newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      return nil
    }
  }

  /// The header of the group at `offset`, if a valid one of this segment and place is there and its
  /// group ends within the segment.
  func groupHeader(at offset: UInt64) -> GroupHeader? {
    guard let range = range(at: offset, count: UInt64(GroupHeader.length)) else { return nil }
    guard let header = memory.withBytes(in: range, { try? GroupHeader($0) }) else { return nil }
    let expected = LogPosition(segment: number, offset: offset)
    guard header.storeTag == store.high, header.position == expected else { return nil }
    return header.extent <= segmentSize - offset ? header : nil
  }

  /// Lends the commits of the group; answers false instead if they do not match their checksum.
  func withPayload(
    of header: GroupHeader, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows -> Bool {
    let start = header.position.offset + UInt64(GroupHeader.length)
    guard let range = range(at: start, count: header.payloadLength) else { return false }
    return try memory.withBytes(in: range) { payload in
      guard Checksum.of(payload) == header.payloadChecksum else { return false }
      try body(payload)
      return true
    }
  }

  /// Lends the bytes of a part that the file has.
  func withBytes<R>(in part: Range<UInt64>, _ body: (UnsafeRawBufferPointer) -> R?) -> R? {
    range(at: part.lowerBound, count: part.upperBound - part.lowerBound).flatMap {
      memory.withBytes(in: $0, body)
    }
  }

  /// The first group header at or after `offset`.
  func nextGroup(from offset: UInt64) -> GroupHeader? {
    stride(from: DiskFormat.blocks(offset), to: UInt64(count), by: DiskFormat.blockSize)
      .lazy
      .compactMap { self.groupHeader(at: $0) }.first
  }

  private func range(at offset: UInt64, count length: UInt64) -> Range<Int>? {
    guard offset <= UInt64(count), length <= UInt64(count) - offset else { return nil }
    return Int(offset)..<Int(offset + length)
  }
}
