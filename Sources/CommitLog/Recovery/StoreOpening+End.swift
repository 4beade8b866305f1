import LogFormat
import Storage

extension StoreOpening {
  /// Looks for signs that the log went on behind the place where it seems to end: a file that was
  /// lost, cut off or written over leaves no group there that could bear witness.
  /// - Throws: ``LogDamage``.
  func checkEnd(_ storage: any Storage) throws {
    try checkTrailing(storage)
    try checkLength(storage)
    try checkContent(storage)
  }

  /// Space that is recycled keeps the header of the segment that it was, under a higher number, and
  /// that segment is no more.
  private func checkTrailing(_ storage: any Storage) throws {
    let chain = replay.chain
    for number in chain.trailing {
      let header = try SegmentImage.anyHeader(
        of: .segment(number.rawValue), storage: storage)
      guard let header, header.number != number || header.store != superblock.store else {
        continue
      }
      let position = LogPosition(segment: number, offset: 0)
      guard header.store == superblock.store else {
        throw damage(position, "its file belongs to another store")
      }
      let isPresent =
        chain.occupied.contains(header.number) || chain.trailing.contains(header.number)
      guard header.number < number, !isPresent else {
        throw damage(position, "its file holds segment \(header.number.rawValue)")
      }
    }
  }

  /// The first flush of a segment makes its length durable, and a second group follows that flush.
  private func checkLength(_ storage: any Storage) throws {
    guard let last = replay.chain.headers.last, last.number == replay.end.segment else { return }
    let groups = replay.groupStarts.filter { $0.position.segment == last.number }
    let isFlushed =
      groups.count > 1
      || groups.first.map { $0.position.offset > UInt64(DiskFormat.blockSize) } ?? false
    guard isFlushed else { return }
    let size = try storage.open(.segment(last.number.rawValue), .read).size()
    if size < superblock.segmentSize { throw damage(replay.end, "the segment is cut off") }
  }

  /// No content stands beside a log that was never written to.
  private func checkContent(_ storage: any Storage) throws {
    guard replay.last == .zero, try !storage.list(.content).isEmpty else { return }
    throw damage(replay.end, "there is content, and no commit")
  }

  private func damage(_ position: LogPosition, _ reason: String) -> LogDamage {
    LogDamage(position: position, last: replay.last, next: nil, reason: reason)
  }
}
