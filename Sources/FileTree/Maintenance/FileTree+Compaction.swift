import CommitLog
import LogFormat

extension FileTree {
  /// Copies what is alive in `segments` to the end of the log, so that their space can be used
  /// again. Crash-safe at every step: a chunk moves when the commit that carries its copy is
  /// durable, and recovery moves it by the same commit.
  package func compact(_ segments: Set<SegmentNumber>) throws {
    var batch = CompactionBatch()
    for chunk in liveChunks(in: segments) {
      batch.add(chunk)
      guard batch.byteCount >= log.backgroundBytes else { continue }
      try carryOut(batch)
      batch = CompactionBatch()
    }
    if !batch.moves.isEmpty { try carryOut(batch) }
    log.relocated(segments)
  }

  private func liveChunks(in segments: Set<SegmentNumber>) -> [Chunk] {
    let state = core.withLock { $0.state }
    var seen: Set<ObjectIdentifier> = []
    var chunks: [Chunk] = []
    for node in state.nodes {
      node.file?.content.extents.forEach { extent in
        guard let position = extent.chunk.logPosition, segments.contains(position.segment),
          seen.insert(ObjectIdentifier(extent.chunk)).inserted
        else { return }
        chunks.append(extent.chunk)
      }
    }
    return chunks
  }

  private func carryOut(_ batch: CompactionBatch) throws {
    let outcome = Awaited<Result<CommitPlace, CommitError>>()
    try core.withLock { core in
      let commit = Commit(batch.records, at: core.now(), content: batch.content, purpose: .moving)
      core.lastSequence = try log.append(commit, .wait) { outcome.set($0) }
    }
    let place = try outcome.wait().get()
    for move in batch.moves {
      let start = ContentLocation.log(place.contentStart).advanced(by: UInt64(move.offset))
      guard case .log(let target) = start else { continue }
      move.chunk.move(from: move.origin, to: target)
    }
  }
}

/// Chunks that are copied within one commit.
private struct CompactionBatch {
  struct Move {
    let chunk: Chunk
    let origin: LogPosition
    /// Bytes from the start of the commit's content.
    let offset: UInt32
    let length: UInt64
  }

  private(set) var moves: [Move] = []
  private(set) var content: [ContentBuffer] = []
  private(set) var byteCount: UInt64 = 0

  /// A chunk whose bytes are damaged stays where it is, and its segment with it.
  mutating func add(_ chunk: Chunk) {
    guard let origin = chunk.logPosition else { return }
    let length = chunk.state.withLock { $0.length }
    let buffer = ContentBuffer(capacity: Int(length))
    buffer.resize(to: Int(length))
    do {
      try buffer.withMutableBytes(in: 0..<Int(length)) { try chunk.read(at: 0, into: $0) }
    } catch {
      return
    }
    moves.append(
      Move(chunk: chunk, origin: origin, offset: UInt32(byteCount), length: length))
    content.append(buffer)
    byteCount += length
  }

  var records: [Record] {
    moves.map { move in
      .relocate(
        RelocateRecord(from: move.origin, to: .inline(offset: move.offset), length: move.length))
    }
  }
}
