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
  init(_ base: any Storage) throws {
    let plain = ReadingStorage(base)
    do {
      superblock = try StoreOpening.superblock(plain)
    } catch FormatError.newer(let found, let supported) {
      throw FormatError.newer(found: found, supported: supported)
    } catch {
      guard let recovered = try LostSuperblock.recovered(from: plain) else { throw error }
      superblock = recovered
      let isMissing = (error as? StorageError)?.errno == .noSuchFileOrDirectory
      damage.append(
        SalvageReport.Damage(
          file: .superblock, reason: isMissing ? "the superblock is missing" : "\(error)"))
    }
    let files = try Self.files(plain, superblock)
    storage = ReadingStorage(base, segments: files.paths)
    strangers = files.strangers
    for (number, path) in files.paths.sorted(by: { $0.key < $1.key }) {
      segments.append(
        try SegmentSurvey(number, at: path, superblock: superblock, storage: storage))
    }
    for header in segments.compactMap(\.header) { ends[header.previous] = header.previousEnd }
    try surveyCheckpoints()
  }

  func has(_ number: SegmentNumber) -> Bool { segments.contains { $0.number == number } }

  /// The segments' files, by the numbers that they carry.
  private static func files(
    _ storage: ReadingStorage, _ superblock: Superblock
  ) throws -> (
    paths: [SegmentNumber: StoragePath],
    strangers: [(number: SegmentNumber, holds: SegmentNumber)]
  ) {
    var paths: [SegmentNumber: StoragePath] = [:]
    var others: [(number: SegmentNumber, holds: SegmentNumber)] = []
    for case .segment(let name) in try storage.list(.log).sorted(by: { $0.name < $1.name }) {
      let path = StoragePath.segment(name)
      let number = try SegmentSurvey.number(of: path, superblock: superblock, storage: storage)
      guard let number else { continue }
      if number.rawValue == name {
        paths[number] = path
      } else {
        others.append((SegmentNumber(rawValue: name), number))
      }
    }
    // Space that is recycled keeps the header of the segment that it was, under a higher number.
    let strangers = others.filter { $0.number < $0.holds || paths[$0.holds] != nil }
    for other in others where paths[other.holds] == nil {
      paths[other.holds] = .segment(other.number.rawValue)
    }
    return (paths, strangers)
  }

  private mutating func surveyCheckpoints() throws {
    for path in try storage.list(.checkpoint) {
      let checkpoint = try CheckpointSurvey(path, store: superblock.store, storage: storage)
      if let checkpoint { checkpoints.append(checkpoint) }
    }
    checkpoints.sort { $0.through > $1.through }
    for checkpoint in checkpoints where checkpoint.path != .checkpointDraft {
      if let reason = checkpoint.reason {
        damage.append(SalvageReport.Damage(file: checkpoint.path, reason: reason))
      }
    }
  }
}
