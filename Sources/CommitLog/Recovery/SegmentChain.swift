import LogFormat
import Storage

/// The segments that make up the log, found from the newest one backwards: each names the one
/// before it. What is not on this way is no part of the log, though live content may be in it.
struct SegmentChain {
  /// In the order of the log. Empty if nothing was ever committed.
  private(set) var headers: [SegmentHeader] = []
  /// Segments after the newest with a header: space made ready ahead, or a segment whose first
  /// group was torn. In ascending order.
  let trailing: [SegmentNumber]
  /// All segments up to the newest with a header.
  let occupied: [SegmentNumber]

  private let store: StoreIdentifier
  private let storage: any Storage

  /// Finds the newest segment; ``extend(to:last:)`` goes on from there.
  init(store: StoreIdentifier, storage: any Storage) throws {
    self.store = store
    self.storage = storage
    var numbers = try storage.list(.log).compactMap { path -> SegmentNumber? in
      guard case .segment(let number) = path, number > 0 else { return nil }
      return SegmentNumber(rawValue: number)
    }.sorted()
    var trailing: [SegmentNumber] = []
    while let number = numbers.last {
      if let header = try SegmentImage.header(number, store: store, storage: storage) {
        headers = [header]
        break
      }
      trailing.insert(numbers.removeLast(), at: 0)
    }
    self.trailing = trailing
    occupied = numbers
  }

  /// Walks back to the segment `start`, or for ``SegmentNumber/none`` to the log's beginning.
  /// - Parameter last: the last commit that is known without these segments.
  /// - Throws: ``LogDamage`` if a segment on the way is missing or has no valid header.
  mutating func extend(to start: SegmentNumber, last: CommitSequence) throws {
    guard var first = headers.first else {
      guard start == .none else {
        throw LogDamage(
          position: LogPosition(segment: start, offset: 0), last: last,
          reason: "there is no segment")
      }
      return
    }
    while first.number != start && first.previous != .none {
      let position = LogPosition(segment: first.previous, offset: 0)
      let damage = { (reason: String) in
        LogDamage(position: position, last: last, next: first.firstSequence, reason: reason)
      }
      guard first.previous >= start else {
        throw damage("the log does not come from segment \(start.rawValue)")
      }
      guard occupied.contains(first.previous) else { throw damage("the segment is missing") }
      let header = try SegmentImage.header(first.previous, store: store, storage: storage)
      guard let header else { throw damage("the segment has no valid header") }
      headers.insert(header, at: 0)
      first = header
    }
    guard first.number == start || start == .none else {
      throw LogDamage(
        position: LogPosition(segment: start, offset: 0), last: last, next: first.firstSequence,
        reason: "the log does not come from this segment")
    }
  }

  /// Walks back until a segment is missing or is no longer the one that is meant: the older ones
  /// have been recycled.
  mutating func extendToOldest() throws {
    while let first = headers.first, first.previous != .none, occupied.contains(first.previous),
      let header = try SegmentImage.header(first.previous, store: store, storage: storage)
    {
      headers.insert(header, at: 0)
    }
  }
}
