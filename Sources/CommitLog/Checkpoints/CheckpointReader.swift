import LogFormat
import Storage

/// Reads a checkpoint; nothing in it is believed before its checksum.
struct CheckpointReader {
  let header: CheckpointHeader
  private let file: any StorageFile
  private let path: StoragePath
  private let size: UInt64

  /// Reads the header.
  /// - Throws: a `StorageError` or a `FormatError`.
  init(_ sequence: CommitSequence, store: StoreIdentifier, storage: any Storage) throws {
    path = .checkpoint(sequence.rawValue)
    file = try storage.open(path, .read)
    size = try file.size()
    let block = AlignedBuffer(count: DiskFormat.blockSize)
    let count = try file.read(at: 0, into: block.bytes)
    header = try CheckpointHeader(UnsafeRawBufferPointer(rebasing: block.bytes[..<count]))
    guard header.store == store, header.through == sequence else {
      throw FormatError.malformed(structure: "checkpoint header", field: "identity")
    }
  }

  /// Checks every frame up to the last.
  func verify() throws {
    try forEachFrame { _ in }
  }

  /// Hands over every record, in order.
  func forEachRecord(_ body: (Record) throws -> Void) throws {
    try forEachFrame { payload in
      var reader = RecordReader(payload)
      while let record = try reader.next() { try body(record) }
    }
  }

  private func forEachFrame(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var offset = UInt64(DiskFormat.blockSize)
    var index: UInt32 = 0
    var records: UInt64 = 0
    while true {
      let header = try FrameHeader(
        UnsafeRawBufferPointer(try read(at: offset, count: UInt64(FrameHeader.length)).bytes))
      let payload = try read(
        at: offset + UInt64(FrameHeader.length), count: UInt64(header.payloadLength))
      let bytes = UnsafeRawBufferPointer(payload.bytes)
      guard Checksum.of(bytes) == header.payloadChecksum else {
        throw FormatError.checksumMismatch(structure: "frame")
      }
      guard header.through == self.header.through, header.index == index else {
        throw FormatError.malformed(structure: "frame", field: "identity")
      }
      if header.isLast {
        guard header.recordCount == records else {
          throw FormatError.malformed(structure: "frame", field: "record count")
        }
        return
      }
      try body(bytes)
      records += header.recordCount
      index += 1
      offset += UInt64(FrameHeader.length) + UInt64(header.payloadLength)
    }
  }

  private func read(at offset: UInt64, count: UInt64) throws -> AlignedBuffer {
    // The length comes from the disk: it is held against the file before memory is taken for it.
    guard offset <= size, count <= size - offset else {
      throw FormatError.truncated(structure: "checkpoint")
    }
    let buffer = AlignedBuffer(count: Int(count))
    try file.readWhole(at: offset, into: buffer.bytes, path: path)
    return buffer
  }
}
