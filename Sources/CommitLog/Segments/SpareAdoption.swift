import LogFormat
import Storage
import SystemPackage

/// Makes what an earlier run left behind the log's end fit to be written to.
struct SpareAdoption {
  let superblock: Superblock
  let storage: any Storage

  /// Where the log ends.
  let end: LogPosition
  /// Segments with a torn group.
  let torn: Set<SegmentNumber>

  /// Sees to it that nothing that stands at the log's end can complete a group that was torn, and
  /// that the segment has all its room.
  ///
  /// A torn group whose header is there is left as it is, and the log goes on in another segment.
  /// Else the header's block is wiped: without it no later write can make a group of what is left.
  /// - Returns: true if the segment is not to be written to any more.
  func sealOrWipeEnd() throws(StorageError) -> Bool {
    guard end.segment != .none, end.offset < superblock.segmentSize else { return false }
    if torn.contains(end.segment) { return true }
    let file = try storage.open(.segment(end.segment.rawValue), .direct)
    guard try allocate(file) else { return true }
    try wipe(file, at: end.offset, count: DiskFormat.blockSize)
    return false
  }

  /// Takes a segment behind the log's end for a spare. Its first two blocks are wiped: parts of a
  /// header and group that were torn may stand there.
  /// - Precondition: no group in it was torn.
  /// - Returns: nil if there is no room for it, and it is no more.
  func adopt(_ number: SegmentNumber) throws(StorageError) -> SpareSegment? {
    let file = try storage.open(.segment(number.rawValue), .direct)
    guard try allocate(file) else {
      try storage.remove(.segment(number.rawValue))
      return nil
    }
    try wipe(file, at: 0, count: 2 * DiskFormat.blockSize)
    return SpareSegment(number: number, condition: .allocated, isFresh: false)
  }

  private func allocate(_ file: any StorageFile) throws(StorageError) -> Bool {
    do throws(StorageError) {
      try file.allocate(superblock.segmentSize)
      return true
    } catch {
      guard error.isForWantOfRoom else { throw error }
      return false
    }
  }

  private func wipe(
    _ file: any StorageFile, at offset: UInt64, count: Int
  ) throws(StorageError) {
    try AlignedBuffer(count: count).withBytes(in: 0..<count) { zeros throws(StorageError) in
      try file.write(at: offset, zeros)
    }
    try file.flush()
  }
}
