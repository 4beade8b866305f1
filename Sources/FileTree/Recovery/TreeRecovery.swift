import CommitLog
import LogFormat

/// Builds the tree from a checkpoint and the log after it.
struct TreeRecovery: LogRecovery {
  var state = TreeState()
  private var chunks = ChunkIndex()
  /// Where compaction moved chunks: a record that was on its way may still name the old place.
  private var moved: [LogPosition: LogPosition] = [:]
  private var consistency = TreeConsistency()
  /// There was a checkpoint, of which not everything may have been read.
  private var isRestoring = false

  mutating func restore(_ record: Record) throws {
    isRestoring = true
    try consistency.check(record, before: state)
    try apply(record, contentStart: nil)
  }

  /// To be called when everything has been read.
  mutating func finish() throws { try endCheckpoint() }

  private mutating func endCheckpoint() throws {
    guard isRestoring else { return }
    isRestoring = false
    try consistency.checkAll(state)
    state.endCommit()
  }

  mutating func replay(_ commit: RecoveredCommit) throws {
    try endCheckpoint()
    do {
      for record in commit.records {
        try consistency.check(record, before: state)
        consistency.note(record, before: state)
        try apply(record, contentStart: commit.contentStart)
      }
      try consistency.checkCommit(state)
    } catch {
      throw UnfitCommit(sequence: commit.sequence, reason: "\(error)")
    }
    state.endCommit()
  }

  mutating func apply(_ record: Record, contentStart: LogPosition?) throws {
    switch record {
    case .setContent(let record): try setContent(record, contentStart)
    case .relocate(let record): try relocate(record, contentStart)
    default: try state.apply(record)
    }
  }

  private mutating func setContent(_ record: ContentRecord, _ contentStart: LogPosition?) throws {
    guard let present = state[record.inode]?.file?.content else {
      throw InconsistentRecord("content for inode \(record.inode.rawValue), which is no file")
    }
    let chunks = try record.chunks.map { try chunk($0, contentStart) }
    var extents = record.replacesAll ? ExtentMap() : present.extents
    extents.cut(at: record.size)
    for extent in record.extents {
      switch extent.source {
      case .hole:
        extents.punch(from: extent.fileOffset, to: extent.fileOffset + extent.length)
      case .chunk(let index, let offset):
        extents.insert(
          Extent(
            fileOffset: extent.fileOffset, length: extent.length, chunk: chunks[index],
            chunkOffset: offset))
      }
    }
    try state.setFile(
      FileBody(Content(size: record.size, extents: extents)), of: record.inode)
  }

  private mutating func relocate(_ record: RelocateRecord, _ contentStart: LogPosition?) throws {
    guard case .log(let target) = try location(record.to, contentStart) else {
      throw InconsistentRecord("a chunk that moves out of the log")
    }
    // Without this, what has moved might be looked for in a circle.
    guard record.from < target else { throw InconsistentRecord("a chunk that moves backwards") }
    moved[record.from] = target
    guard let chunk = chunks.remove(at: .log(record.from)) else { return }
    chunk.state.withLock { $0.place = .stored(.log(target)) }
    chunks[.log(target)] = chunk
  }

  private mutating func chunk(_ record: ChunkRecord, _ contentStart: LogPosition?) throws -> Chunk {
    var place = try location(record.location, contentStart)
    while !moved.isEmpty, case .log(let position) = place, let target = moved[position] {
      place = .log(target)
    }
    if let known = chunks[place], known.holds(record) { return known }
    let chunk = Chunk(
      place: .stored(place), length: record.length, checksums: record.checksums, store: nil)
    chunks[place] = chunk
    return chunk
  }

  private func location(_ location: ChunkLocation, _ contentStart: LogPosition?) throws
    -> ContentLocation
  {
    switch location {
    case .stored(let place): return place
    case .inline(let offset):
      guard let contentStart else { throw InconsistentRecord("inline content in a checkpoint") }
      return ContentLocation.log(contentStart).advanced(by: UInt64(offset))
    }
  }
}

/// A commit that is whole and does not fit the tree: the log is damaged, or was written by a
/// program with a mistake.
struct UnfitCommit: Error, CustomStringConvertible {
  let sequence: CommitSequence
  let reason: String

  var description: String { "commit \(sequence.rawValue) does not fit the tree: \(reason)" }
}
