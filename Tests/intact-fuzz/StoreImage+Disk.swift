import LogFormat
import Storage
import TestSupport

extension StoreImage {
  /// Files are damaged, lost, copied or renamed.
  mutating func damage(_ chance: inout Chance) {
    for _ in 0...chance.below(2) {
      let paths = files.keys.sorted { $0.description < $1.description }
      guard !paths.isEmpty else { return }
      let path = chance.pick(paths)
      switch chance.below(8) {
      case 0: files[path] = nil
      case 1: files[other(than: path, &chance)] = files[path]
      case 2:
        files[other(than: path, &chance)] = files[path]
        files[path] = nil
      case 3: swapBlocks(path, chance.pick(paths), &chance)
      default: chance.damage(&files[path]!)
      }
    }
  }

  private func other(than path: StoragePath, _ chance: inout Chance) -> StoragePath {
    // No file of a store has a number as high as 2^62.
    let number = (chance.once(in: 4) ? chance.wild() : UInt64(chance.below(5))) & (.max >> 2)
    return switch path {
    case .superblock: .superblock
    case .segment: .segment(number)
    case .blob: .blob(number)
    case .checkpoint, .checkpointDraft: .checkpoint(number)
    }
  }

  private mutating func swapBlocks(
    _ one: StoragePath, _ other: StoragePath, _ chance: inout Chance
  ) {
    let block = 4096
    let count = min(files[one]!.count, files[other]!.count) / block
    guard count > 0 else { return }
    let (from, to) = (chance.below(count) * block, chance.below(count) * block)
    let part = Array(files[one]![from..<from + block])
    files[one]!.replaceSubrange(from..<from + block, with: files[other]![to..<to + block])
    files[other]!.replaceSubrange(to..<to + block, with: part)
  }

  /// The superblock says that the segments are no larger than these.
  var hasSmallSegments: Bool {
    let superblock = files[.superblock]?.withUnsafeBytes { try? Superblock($0) }
    return superblock.map { $0.segmentSize <= Self.segmentSize } ?? false
  }

  /// A disk with these files.
  func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    for directory in [StorageDirectory.log, .content, .checkpoint] {
      try disk.makeDirectory(directory)
    }
    for (path, bytes) in files {
      let file = try disk.create(path, .write)
      try bytes.withUnsafeBytes { raw in try file.write(at: 0, raw) }
      try file.flush()
    }
    for directory in [StorageDirectory.root, .log, .content, .checkpoint] {
      try disk.flush(directory)
    }
    return disk
  }

  /// A store and what was to happen to it.
  /// - Returns: whether nothing about it is odd.
  static func make(_ chance: inout Chance) -> (image: StoreImage, isSound: Bool) {
    let isSound = chance.once(in: 6)
    let oddity: UInt64 = isSound || chance.once(in: 4) ? 0 : chance.pick([5, 20, 60])
    var story = Story(oddity: oddity)
    var image = StoreImage(oddity: oddity == 0 ? 0 : chance.pick([0, 30, 100]), &chance)
    for _ in 0..<chance.among(1...25) {
      let commit = story.commit(&chance)
      guard let start = image.append(commit, &chance) else { break }
      story.settle(at: start)
      if chance.once(in: 12) { image.checkpoint(story.history, &chance) }
    }
    image.finish(&chance)
    let isDamaged = !isSound && (oddity == 0 || chance.once(in: 3))
    if isDamaged { image.damage(&chance) }
    return (image, oddity == 0 && !isDamaged)
  }
}
