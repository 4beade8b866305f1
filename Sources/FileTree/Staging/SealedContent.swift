import CommitLog
import LogFormat

/// Staged bytes that are ready to be committed.
enum SealedContent: Sendable {
  /// Travels within the commit.
  case inline(ContentBuffer, Chunk)
  /// Has to be flushed before the commit.
  case blob(Blob, Chunk)

  var chunk: Chunk {
    switch self {
    case .inline(_, let chunk), .blob(_, let chunk): chunk
    }
  }

  /// What travels within the commit.
  var buffers: [ContentBuffer] {
    if case .inline(let buffer, _) = self { [buffer] } else { [] }
  }

  /// The commit has been made: the bytes lie in the store.
  func settle(at place: CommitPlace) {
    switch self {
    case .inline(_, let chunk): chunk.settle(at: .log(place.contentStart))
    case .blob(let blob, let chunk): chunk.settle(at: .blob(blob.number, offset: 0))
    }
  }

  /// How the commit that carries the bytes writes them down.
  var record: ChunkRecord {
    let (length, checksums) = chunk.state.withLock { ($0.length, $0.checksums) }
    return switch self {
    case .inline:
      ChunkRecord(location: .inline(offset: 0), length: length, checksums: checksums)
    case .blob(let blob, _):
      ChunkRecord(
        location: .stored(.blob(blob.number, offset: 0)), length: length, checksums: checksums)
    }
  }
}
