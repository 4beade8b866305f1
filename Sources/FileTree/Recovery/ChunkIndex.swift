import LogFormat

/// Chunks by where they are, so that records that speak of the same one share it.
///
/// Those in the log are kept by segment: records follow each other about as the log does, so that
/// the few small tables in use stay near, and none of them is ever large.
struct ChunkIndex {
  private var segments: [SegmentNumber: [UInt64: Chunk]] = [:]
  private var blobs: [ContentLocation: Chunk] = [:]

  subscript(location: ContentLocation) -> Chunk? {
    get {
      switch location {
      case .log(let position): segments[position.segment]?[position.offset]
      case .blob: blobs[location]
      }
    }
    set {
      switch location {
      case .log(let position): segments[position.segment, default: [:]][position.offset] = newValue
      case .blob: blobs[location] = newValue
      }
    }
  }

  /// Takes a chunk out.
  mutating func remove(at location: ContentLocation) -> Chunk? {
    defer { self[location] = nil }
    return self[location]
  }
}
