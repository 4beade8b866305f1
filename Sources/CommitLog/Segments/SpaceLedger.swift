import Locking
import LogFormat

/// Which bytes of the segments and blobs are still referred to, and what is free for it.
///
/// A leaf lock: nothing else is locked, and no I/O made, while it is held.
final class SpaceLedger: Sendable {
  private struct State {
    /// Live bytes of each segment that is or was part of the log.
    var segments: [SegmentNumber: UInt64] = [:]
    /// The last commit that may have referred to a segment without live bytes.
    var emptied: [SegmentNumber: CommitSequence] = [:]
    /// Live bytes that could not be moved out of a segment when it was tried last.
    var immovable: [SegmentNumber: UInt64] = [:]
    var blobs: [BlobNumber: UInt64] = [:]
    /// Blobs without live bytes, and the commit that has to be durable before they may go.
    var deadBlobs: [BlobNumber: CommitSequence] = [:]
    var nextBlob: UInt64 = 1
  }

  private let state = Mutex(State())

  /// Takes a segment into the account.
  func occupy(_ segment: SegmentNumber) {
    state.withLock { $0.segments[segment, default: 0] += 0 }
  }

  /// Strikes a segment that was recycled or removed.
  func vacate(_ segment: SegmentNumber) {
    state.withLock {
      $0.segments[segment] = nil
      $0.emptied[segment] = nil
      $0.immovable[segment] = nil
    }
  }

  /// Takes note that what is live in `segments` cannot be moved.
  func relocated(_ segments: Set<SegmentNumber>) {
    state.withLock { state in
      for segment in segments { state.immovable[segment] = state.segments[segment] }
    }
  }

  /// Takes note that no blob number below `next` is free.
  func reserveBlobs(below next: UInt64) {
    state.withLock { $0.nextBlob = max($0.nextBlob, next) }
  }

  /// A number that no blob ever had.
  func nextBlob() -> BlobNumber {
    state.withLock { state in
      defer { state.nextBlob += 1 }
      return BlobNumber(rawValue: state.nextBlob)
    }
  }

  /// The lowest number that no blob ever had.
  var blobLimit: BlobNumber { state.withLock { BlobNumber(rawValue: $0.nextBlob) } }

  func retain(_ location: ContentLocation, length: UInt64) {
    state.withLock { state in
      switch location {
      case .log(let position):
        state.segments[position.segment, default: 0] += length
        state.emptied[position.segment] = nil
      case .blob(let number, _):
        state.blobs[number, default: 0] += length
        state.deadBlobs[number] = nil
        state.nextBlob = max(state.nextBlob, number.rawValue + 1)
      }
    }
  }

  /// Answers true if the segment or blob has no live bytes any more.
  /// - Parameter sequence: the last commit that has been appended.
  func release(_ location: ContentLocation, length: UInt64, after sequence: CommitSequence) -> Bool
  {
    state.withLock { state in
      switch location {
      case .log(let position):
        let live = state.segments[position.segment, default: 0]
        precondition(live >= length, "more content released than retained")
        state.segments[position.segment] = live - length
        if live == length { state.emptied[position.segment] = sequence }
        return live == length
      case .blob(let number, _):
        let live = state.blobs[number, default: 0]
        precondition(live >= length, "more content released than retained")
        state.blobs[number] = live == length ? nil : live - length
        if live == length { state.deadBlobs[number] = sequence }
        return live == length
      }
    }
  }

  /// Ends the time of recovery: what nothing was retained of until now is empty since `last`.
  func markUnreferenced(since last: CommitSequence) {
    state.withLock { state in
      for (segment, live) in state.segments where live == 0 { state.emptied[segment] = last }
    }
  }

  /// True if anything was retained of the blob.
  func isLive(_ blob: BlobNumber) -> Bool {
    state.withLock { $0.blobs[blob] != nil || $0.deadBlobs[blob] != nil }
  }

  /// Segments before `start` that no commit after `sequence` ever referred to: where a checkpoint
  /// through `sequence` is kept, nothing that can be recovered from it needs them.
  func recyclable(before start: SegmentNumber, through sequence: CommitSequence) -> [SegmentNumber]
  {
    state.withLock { state in
      state.segments.filter { segment, live in
        live == 0 && segment < start && state.emptied[segment, default: .zero] <= sequence
      }.keys.sorted()
    }
  }

  /// Takes the dead blobs whose last reference went with a commit up to `durable`.
  func takeDeadBlobs(through durable: CommitSequence) -> [BlobNumber] {
    state.withLock { state in
      let ready = state.deadBlobs.filter { $0.value <= durable }.keys.sorted()
      for blob in ready { state.deadBlobs[blob] = nil }
      return ready
    }
  }

  /// True if dead blobs wait for their commits.
  var hasDeadBlobs: Bool { state.withLock { !$0.deadBlobs.isEmpty } }

  /// Segments before `limit` of which less than half is live, the emptiest first; none while the
  /// segments are not more than five thirds of what they hold, which makes about twice with what
  /// two checkpoints still refer to. One that was tried in vain, since open descriptors pin what is
  /// in it, must not keep the others waiting.
  /// - Parameter bytes: how much may be moved.
  func relocationCandidates(
    before limit: SegmentNumber, segmentSize: UInt64, count: Int, bytes: UInt64
  ) -> [SegmentNumber] {
    state.withLock { state in
      let occupied = UInt64(state.segments.count) * segmentSize
      let live = state.segments.values.reduce(0, +)
      // Below four segments there is nothing to gain.
      guard state.segments.count > 4, occupied > live / 3 * 5 else { return [] }
      let candidates = state.segments.filter { segment, live in
        segment < limit && live > 0 && live < segmentSize / 2 && live != state.immovable[segment]
      }
      var moved: UInt64 = 0
      return candidates.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(count)
        .prefix { segment in
          moved += segment.value
          return moved <= bytes
        }.map(\.key)
    }
  }

  /// Adds what is known here to `statistics`.
  func describe(in statistics: inout LogStatistics, segmentSize: UInt64) {
    state.withLock { state in
      let inBlobs = state.blobs.values.reduce(0, +)
      let empty = state.segments.values.count { $0 == 0 }
      statistics.segments += UInt64(state.segments.count)
      statistics.blobs = UInt64(state.blobs.count)
      statistics.liveBytes = state.segments.values.reduce(0, +) + inBlobs
      statistics.storeBytes += UInt64(state.segments.count) * segmentSize + inBlobs
      statistics.reclaimableBytes = UInt64(empty) * segmentSize
    }
  }
}
