import LogFormat
import Storage

/// A whole segment in memory, as it is on the device: read past the page cache, which may show what
/// never got there (F1).
final class SegmentImage {
  let number: SegmentNumber
  private let store: StoreIdentifier
  private let memory: AlignedBuffer
  /// Bytes that the file has; the rest of the memory is not looked at.
  let count: Int

  init(
    _ number: SegmentNumber, superblock: Superblock, storage: any Storage
  ) throws(StorageError) {
    self.number = number
    store = superblock.store
    memory = AlignedBuffer(count: Int(superblock.segmentSize))
    count = try storage.open(.segment(number.rawValue), .directRead).read(at: 0, into: memory.bytes)
  }

  /// The header, if the file has one that is valid, of this store and of this number.
  static func header(
    _ number: SegmentNumber, store: StoreIdentifier, storage: any Storage
  ) throws -> SegmentHeader? {
    let block = AlignedBuffer(count: DiskFormat.blockSize)
    let file = try storage.open(.segment(number.rawValue), .directRead)
    let count = try file.read(at: 0, into: block.bytes)
    do throws(FormatError) {
      let header = try SegmentHeader(UnsafeRawBufferPointer(rebasing: block.bytes[..<count]))
      return header.store == store && header.number == number ? header : nil
    } catch .newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      return nil
    }
  }

  /// The header of the group at `offset`, if a valid one of this segment and place is there and its
  /// group ends within the segment.
  func groupHeader(at offset: UInt64) -> GroupHeader? {
    guard let bytes = bytes(at: offset, count: UInt64(GroupHeader.length)) else { return nil }
    guard let header = try? GroupHeader(bytes) else { return nil }
    let expected = LogPosition(segment: number, offset: offset)
    guard header.storeTag == store.high, header.position == expected else { return nil }
    return header.extent <= UInt64(memory.bytes.count) - offset ? header : nil
  }

  /// The commits of the group, if they match their checksum.
  func payload(of header: GroupHeader) -> UnsafeRawBufferPointer? {
    let start = header.position.offset + UInt64(GroupHeader.length)
    guard let payload = bytes(at: start, count: header.payloadLength) else { return nil }
    return Checksum.of(payload) == header.payloadChecksum ? payload : nil
  }

  /// The first group header at or after `offset`.
  func nextGroup(from offset: UInt64) -> GroupHeader? {
    stride(from: DiskFormat.blocks(offset), to: UInt64(count), by: DiskFormat.blockSize)
      .lazy
      .compactMap { self.groupHeader(at: $0) }.first
  }

  private func bytes(at offset: UInt64, count length: UInt64) -> UnsafeRawBufferPointer? {
    guard offset <= UInt64(count), length <= UInt64(count) - offset else { return nil }
    return UnsafeRawBufferPointer(rebasing: memory.bytes[Int(offset)..<Int(offset + length)])
  }
}
