import LogFormat
import Storage

/// Reads a checkpoint; nothing in it is believed before its checksum.
struct CheckpointReader {
  let header: CheckpointHeader
  private let file: any StorageFile
  private let path: StoragePath
  /// Bytes of the file.
  let size: UInt64

  /// Reads the header of the checkpoint with this name.
  /// - Throws: a `StorageError` or a `FormatError`.
  init(_ sequence: CommitSequence, store: StoreIdentifier, storage: any Storage) throws {
    try self.init(.checkpoint(sequence.rawValue), store: store, storage: storage)
    guard header.through == sequence else {
      throw FormatError.malformed(structure: "checkpoint header", field: "identity")
    }
  }

  /// Reads the header, whichever checkpoint it is of.
  /// - Throws: a `StorageError` or a `FormatError`.
  init(_ path: StoragePath, store: StoreIdentifier, storage: any Storage) throws {
    self.path = path
    file = try storage.open(path, .read)
    size = try file.size()
    let block = AlignedBuffer(count: DiskFormat.blockSize)
    let file = self.file
    let count = try block.withBytes { bytes throws(StorageError) in
      try file.read(at: 0, into: bytes)
    }
    header = try block.withBytes(in: 0..<count) { bytes throws(FormatError) in
      try CheckpointHeader(bytes)
    }
    guard header.store == store else {
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
      let header = try read(at: offset, count: UInt64(FrameHeader.length)).withUnsafeBytes {
        try FrameHeader($0)
      }
      let payload = try read(
        at: offset + UInt64(FrameHeader.length), count: UInt64(header.payloadLength))
      guard payload.withUnsafeBytes({ Checksum.of($0) }) == header.payloadChecksum else {
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
      try payload.withUnsafeBytes(body)
      records += header.recordCount
      index += 1
      offset += UInt64(FrameHeader.length) + UInt64(header.payloadLength)
    }
  }

  private func read(at offset: UInt64, count: UInt64) throws -> [UInt8] {
    // The length comes from the disk: it is held against the file before memory is taken for it.
    guard offset <= size, count <= size - offset else {
      throw FormatError.truncated(structure: "checkpoint")
    }
    return try [UInt8](unsafeUninitializedCapacity: Int(count)) { bytes, initialized in
      try file.readWhole(at: offset, into: UnsafeMutableRawBufferPointer(bytes), path: path)
      initialized = bytes.count
    }
  }
}
