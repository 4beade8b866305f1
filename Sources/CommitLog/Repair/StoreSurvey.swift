import LogFormat
import Storage

/// Everything in a damaged store that can be found and matches its checksum. Nothing is changed.
struct StoreSurvey {
  let superblock: Superblock
  /// Finds the segments under the numbers that they carry.
  let storage: ReadingStorage
  /// Those that hold something, in ascending order.
  private(set) var segments: [SegmentSurvey] = []
  /// Where the groups of a segment end, as the next one tells.
  private(set) var ends: [SegmentNumber: UInt64] = [:]
  /// Files that hold another segment than their name says.
  private(set) var strangers: [(number: SegmentNumber, holds: SegmentNumber)] = []
  /// Newest first.
  private(set) var checkpoints: [CheckpointSurvey] = []
  private(set) var damage: [SalvageReport.Damage] = []

  /// - Throws: `FormatError.newer` (F6), another `FormatError` if nothing tells which store this
  ///   is, or a `StorageError` if its directories cannot be read.
  ///
  /// - Parameter progress: called with the segments that were read, and how many there are.
  init(_ base: any Storage, _ progress: (Int, Int) -> Void) throws {
    let plain = ReadingStorage(base)
    let (superblock, reason) = try Self.superblock(plain)
    self.superblock = superblock
    if let reason { damage.append(SalvageReport.Damage(file: .superblock, reason: reason)) }
    var files = SegmentFiles(superblock, plain)
    try files.identify()
    storage = ReadingStorage(base, segments: files.paths)
    strangers = files.strangers
    damage += files.damage
    for (number, path) in files.paths.sorted(by: { $0.key < $1.key }) {
      segments.append(
        try SegmentSurvey(number, at: path, superblock: superblock, storage: storage))
      progress(segments.count, files.paths.count)
    }
    for header in segments.compactMap(\.header) { ends[header.previous] = header.previousEnd }
    try surveyCheckpoints()
  }

  func has(_ number: SegmentNumber) -> Bool { segments.contains { $0.number == number } }

  /// The superblock, and why it is not the one that is on the disk; nil if it is.
  private static func superblock(
    _ storage: ReadingStorage
  ) throws -> (superblock: Superblock, reason: String?) {
    let witnesses = try LostSuperblock(storage)
    do {
      let superblock = try StoreOpening.superblock(storage)
      guard witnesses.denies(superblock.store), let recovered = witnesses.superblock else {
        return (superblock, nil)
      }
      return (recovered, "the superblock belongs to another store")
    } catch FormatError.newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      guard let recovered = witnesses.superblock else { throw error }
      let isMissing = (error as? StorageError)?.errno == .noSuchFileOrDirectory
      return (recovered, isMissing ? "the superblock is missing" : "\(error)")
    }
  }

  private mutating func surveyCheckpoints() throws {
    for path in try storage.list(.checkpoint) {
      do {
        let checkpoint = try CheckpointSurvey(path, store: superblock.store, storage: storage)
        if let checkpoint { checkpoints.append(checkpoint) }
      } catch let error as StorageError {
        damage.append(SalvageReport.Damage(file: path, reason: "\(error)"))
      }
    }
    checkpoints.sort { $0.through > $1.through }
    for checkpoint in checkpoints where checkpoint.path != .checkpointDraft {
      if let reason = checkpoint.reason {
        damage.append(SalvageReport.Damage(file: checkpoint.path, reason: reason))
      }
    }
  }
}
