import LogFormat
import Storage

/// A checkpoint of a damaged store, and the frames of it that are whole.
struct CheckpointSurvey {
  /// Where a frame's payload stands in the file.
  private struct Frame {
    var header: FrameHeader
    var start: UInt64
  }

  let path: StoragePath
  /// Nil if it is damaged. The frames can be used without it.
  let header: CheckpointHeader?
  let through: CommitSequence
  /// Every record of it can be read.
  private(set) var isComplete = false
  /// Why it cannot be used as it is; nil if it can.
  private(set) var reason: String?
  private var frames: [Frame] = []
  private let file: any StorageFile
  private let size: UInt64

  /// Answers nil for a draft without a checkpoint in it.
  init?(_ path: StoragePath, store: StoreIdentifier, storage: any Storage) throws {
    self.path = path
    file = try storage.open(path, .read)
    size = try file.size()
    let name: CommitSequence? =
      if case .checkpoint(let number) = path { CommitSequence(rawValue: number) } else { nil }
    do {
      let found = try CheckpointReader(path, store: store, storage: storage).header
      header = found
      through = found.through
      if let name, name != through { reason = "it is the one of commit \(through.rawValue)" }
    } catch FormatError.newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      guard let name else { return nil }
      header = nil
      through = name
      reason = "\(error)"
    }
    try findFrames()
    if !isComplete { reason = reason ?? "a frame does not match its checksum or is missing" }
  }

  /// Some of its records can be read.
  var isReadable: Bool { frames.contains { $0.header.recordCount > 0 } }

  /// Hands over every record that can be read, in order.
  func forEachRecord(_ body: (Record) throws -> Void) throws {
    for frame in frames {
      guard let payload = try payload(of: frame) else { continue }
      try payload.withUnsafeBytes { bytes in
        var reader = RecordReader(bytes)
        while let record = try? reader.next() { try body(record) }
      }
    }
  }

  private mutating func findFrames() throws {
    var offset = UInt64(DiskFormat.blockSize)
    var records: UInt64 = 0
    while let (place, header) = try nextFrame(from: offset) {
      let frame = Frame(header: header, start: place + UInt64(FrameHeader.length))
      offset = frame.start + UInt64(header.payloadLength)
      if header.isLast {
        // Each counts from 0, and the last one knows how many records there are.
        isComplete = header.recordCount == records && Int(header.index) == frames.count
        return
      }
      guard try payload(of: frame) != nil else { continue }
      records += header.recordCount
      frames.append(frame)
    }
  }

  /// The first frame header of this checkpoint at `start` or behind it.
  private func nextFrame(from start: UInt64) throws -> (place: UInt64, header: FrameHeader)? {
    let step = 1 << 20
    var window = [UInt8](repeating: 0, count: step + FrameHeader.length)
    var place = start
    while place + UInt64(FrameHeader.length) <= size {
      let count = try window.withUnsafeMutableBytes { try file.read(at: place, into: $0) }
      let found = window.withUnsafeBytes { bytes in
        (0..<min(step, max(0, count - FrameHeader.length + 1))).lazy.compactMap { offset in
          header(UnsafeRawBufferPointer(rebasing: bytes[offset..<count])).map { (offset, $0) }
        }.first
      }
      if let (offset, header) = found { return (place + UInt64(offset), header) }
      place += UInt64(step)
    }
    return nil
  }

  private func header(_ bytes: UnsafeRawBufferPointer) -> FrameHeader? {
    guard FrameHeader.mayBegin(bytes), let header = try? FrameHeader(bytes) else { return nil }
    return header.through == through ? header : nil
  }

  private func payload(of frame: Frame) throws -> [UInt8]? {
    let length = UInt64(frame.header.payloadLength)
    guard frame.start <= size, length <= size - frame.start else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    try bytes.withUnsafeMutableBytes { try file.readWhole(at: frame.start, into: $0, path: path) }
    let checksum = bytes.withUnsafeBytes { Checksum.of($0) }
    return checksum == frame.header.payloadChecksum ? bytes : nil
  }
}
