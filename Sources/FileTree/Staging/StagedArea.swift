import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Where staged bytes lie until a commit takes them over as one chunk: in memory while they are
/// few, then in a blob, so that a large copy needs little memory and is written once.
///
/// Bytes are only ever added at the end or overwritten in place.
struct StagedArea {
  /// One commit holds the checksums of all its content and has to fit a segment.
  static let lengthLimit: UInt64 = 32 << 30
  /// How much of a blob is given to the disk at once.
  private static let stride: UInt64 = 8 << 20

  /// What the file's extents refer to.
  let chunk: Chunk
  private(set) var length: UInt64 = 0
  private var backing: Backing
  /// A failed write may have changed some of its bytes: nobody knows what is there (C7).
  private var isTorn = false
  private let store: ContentStore

  private enum Backing {
    case memory(ContentBuffer)
    case blob(Blob, BlockChecksums)
  }

  init(store: ContentStore) {
    let buffer = ContentBuffer(capacity: 4096)
    self.store = store
    backing = .memory(buffer)
    chunk = Chunk(place: .memory(buffer), length: 0, store: store)
  }

  /// Whether writing does disk I/O.
  var isBlob: Bool {
    if case .blob = backing { true } else { false }
  }

  /// Adds `bytes`; returns where in the area they begin. On failure the area is as it was.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> UInt64 {
    let start = length
    let end = start + UInt64(bytes.count)
    guard end <= Self.lengthLimit else { throw .fileTooLarge }
    if end > store.inlineLimit { try moveToBlob() }
    switch backing {
    case .memory(let buffer):
      buffer.append(bytes)
    case .blob(let blob, var checksums):
      do { try blob.write(at: start, bytes) } catch { throw Errno(error) }
      backing = .memory(Self.nothing)  // the checksums must have one owner while they change
      checksums.append(bytes)
      backing = .blob(blob, checksums)
      startWriting(blob, upTo: end)
    }
    length = end
    chunk.state.withLock { $0.grow(to: end) }
    return start
  }

  /// The disk works while the program writes on, instead of at the end while it waits.
  private func startWriting(_ blob: Blob, upTo end: UInt64) {
    let done = length / Self.stride * Self.stride
    let next = end / Self.stride * Self.stride
    if next > done { blob.startWriting(at: done, length: next - done) }
  }

  /// Replaces bytes that were added before.
  mutating func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
    switch backing {
    case .memory(let buffer):
      buffer.withMutableBytes(in: Int(offset)..<Int(offset) + bytes.count) {
        $0.copyMemory(from: bytes)
      }
    case .blob(let blob, var checksums):
      do {
        try blob.write(at: offset, bytes)
      } catch {
        isTorn = true
        throw Errno(error)
      }
      backing = .memory(Self.nothing)
      checksums.overwrite(bytes, at: offset)
      backing = .blob(blob, checksums)
    }
  }

  /// Ends the writing: the chunk gets its checksums and must not be written any more.
  /// - Throws: `EIO` if bytes are in doubt.
  mutating func seal() throws(Errno) -> SealedContent {
    guard !isTorn else { throw .ioError }
    switch backing {
    case .memory(let buffer):
      let checksums = buffer.withBytes { Checksum.ofBlocks($0) }
      chunk.state.withLock { $0.checksums = BlockChecksumList(checksums) }
      return .inline(buffer, chunk)
    case .blob(let blob, var checksums):
      let sums = try checksums.finish { (offset, block) throws(Errno) in
        try blob.readWhole(at: offset, into: block)
      }
      chunk.state.withLock { $0.checksums = BlockChecksumList(sums) }
      return .blob(blob, chunk)
    }
  }

  private mutating func moveToBlob() throws(Errno) {
    guard case .memory(let buffer) = backing else { return }
    var checksums = BlockChecksums()
    do {
      let blob = try store.log.makeBlob()
      do {
        try buffer.withBytes { bytes in
          try blob.write(at: 0, bytes)
          checksums.append(bytes)
        }
      } catch {
        // Nothing refers to it yet: on a full disk its room is wanted now, not after a mount.
        blob.discard()
        throw error
      }
      backing = .blob(blob, checksums)
      chunk.spill(to: blob)
    } catch {
      throw Errno(error)
    }
  }

  private static let nothing = ContentBuffer(capacity: 0)
}
