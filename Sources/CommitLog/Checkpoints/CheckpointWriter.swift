import LogFormat
import Storage

/// Writes a checkpoint's records into a file, frame by frame.
struct CheckpointWriter {
  private let file: any StorageFile
  private let through: CommitSequence
  private var records = RecordWriter()
  private var recordsInFrame: UInt64 = 0
  private var recordCount: UInt64 = 0
  private var frameCount: UInt32 = 0
  /// Bytes written so far.
  private(set) var offset: UInt64 = 0

  /// About how long a checkpoint of `records` is, in bytes; not less than it is.
  static func length(of records: some Sequence<Record>) -> UInt64 {
    var length: UInt64 = 0
    var writer = RecordWriter()
    for record in records {
      writer.append(record)
      length += UInt64(writer.count)
      writer.removeAll()
    }
    // Frames are longer than this; the header takes a few of its own.
    return length + (length / 4096 + 16) * 64
  }

  /// Writes the header.
  init(_ header: CheckpointHeader, to file: any StorageFile) throws(StorageError) {
    self.file = file
    through = header.through
    try write(header.encoded())
  }

  mutating func append(_ record: Record) throws(StorageError) {
    records.append(record)
    recordsInFrame += 1
    if records.count >= FrameHeader.payloadTarget { try closeFrame() }
  }

  /// Writes what is left and the frame that ends the checkpoint. Nothing is flushed.
  mutating func finish() throws(StorageError) {
    if recordsInFrame > 0 { try closeFrame() }
    try writeFrame(isLast: true, count: recordCount, payload: [])
  }

  private mutating func closeFrame() throws(StorageError) {
    try writeFrame(isLast: false, count: recordsInFrame, payload: records.bytes)
    recordCount += recordsInFrame
    recordsInFrame = 0
    records.removeAll()
  }

  private mutating func writeFrame(
    isLast: Bool, count: UInt64, payload: [UInt8]
  ) throws(StorageError) {
    let header = FrameHeader(
      index: frameCount, isLast: isLast, through: through, recordCount: count,
      payloadLength: UInt32(payload.count),
      payloadChecksum: payload.withUnsafeBytes { Checksum.of($0) })
    frameCount += 1
    try write(header.encoded() + payload)
  }

  private mutating func write(_ bytes: [UInt8]) throws(StorageError) {
    let offset = self.offset
    let file = self.file
    try bytes.span.withUnsafeBytes { (raw) throws(StorageError) in
      try file.write(at: offset, raw)
    }
    self.offset += UInt64(bytes.count)
  }
}
