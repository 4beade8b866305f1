import CommitLog
import LogFormat

/// Finds blobs that lie under another's name. Nothing in a blob says which one it is, but the
/// checksums of those who refer to it do.
struct MisplacedBlobs {
  private let log: CommitLog
  private let memory = ContentBuffer(capacity: ContentBlock.size)

  init(_ log: CommitLog) { self.log = log }

  /// Leads chunks whose blob is another's, or gone, to where their bytes are.
  func find(for state: TreeState) throws {
    memory.resize(to: ContentBlock.size)
    var strayed: [ObjectIdentifier: Chunk] = [:]
    for node in state.nodes {
      node.file?.content.extents.forEach { extent in
        let chunk = extent.chunk
        if case .blob(_, offset: 0) = chunk.location, !hasEnds(chunk) {
          strayed[ObjectIdentifier(chunk)] = chunk
        }
      }
    }
    guard !strayed.isEmpty else { return }
    var blobs: [UInt64: [BlobNumber]] = [:]
    for number in try log.blobNumbers() {
      if let checksum = firstChecksum(of: number) { blobs[checksum, default: []].append(number) }
    }
    for chunk in strayed.values {
      guard let present = chunk.location, let first = chunk.state.withLock({ $0.checksums.first })
      else { continue }
      // Several versions of a file may begin with the same bytes.
      let isFound = (blobs[first] ?? []).contains { number in
        chunk.relocate(to: .blob(number, offset: 0))
        return isSound(chunk)
      }
      if !isFound { chunk.relocate(to: present) }
    }
  }

  /// Whether the first block and the last one are what they should be.
  private func hasEnds(_ chunk: Chunk) -> Bool {
    let size = UInt64(ContentBlock.size)
    let last = (chunk.length - 1) / size * size
    return isSound(chunk, from: 0, count: min(chunk.length, size))
      && isSound(chunk, from: last, count: chunk.length - last)
  }

  private func isSound(_ chunk: Chunk) -> Bool {
    let step = UInt64(ContentBlock.size)
    return stride(from: 0, to: chunk.length, by: Int(step)).allSatisfy { start in
      isSound(chunk, from: start, count: min(step, chunk.length - start))
    }
  }

  private func isSound(_ chunk: Chunk, from start: UInt64, count: UInt64) -> Bool {
    memory.withMutableBytes(in: 0..<Int(count)) { bytes in
      (try? chunk.read(at: start, into: bytes)) != nil
    }
  }

  private func firstChecksum(of blob: BlobNumber) -> UInt64? {
    guard let length = try? log.length(of: blob), length > 0 else { return nil }
    let count = Int(min(length, UInt64(ContentBlock.size)))
    return memory.withMutableBytes(in: 0..<count) { bytes in
      guard (try? log.read(.blob(blob, offset: 0), into: bytes)) != nil else { return nil }
      return Checksum.of(UnsafeRawBufferPointer(bytes))
    }
  }
}

extension Chunk {
  /// The bytes are, or may be, at another place of the store.
  fileprivate func relocate(to place: ContentLocation) {
    state.withLock { state in
      guard case .stored(let before) = state.place else { return }
      state.store?.log.retain(place, length: state.length)
      state.store?.log.release(before, length: state.length)
      state.place = .stored(place)
    }
  }
}
