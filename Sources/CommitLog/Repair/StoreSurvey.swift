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
    storage = ReadingStorage(base, segments: files.mapValues(\.path))
    for (number, file) in files.sorted(by: { $0.key < $1.key }) {
      segments.append(
        try SegmentSurvey(number, at: file.path, superblock: superblock, storage: storage))
      if let stranger = file.stranger { damage.append(stranger) }
    }
    for header in segments.compactMap(\.header) { ends[header.previous] = header.previousEnd }
    try surveyCheckpoints()
  }

  func has(_ number: SegmentNumber) -> Bool { segments.contains { $0.number == number } }

  /// The segments' files, by the numbers that they carry.
  private static func files(
    _ storage: ReadingStorage, _ superblock: Superblock
  ) throws -> [SegmentNumber: (path: StoragePath, stranger: SalvageReport.Damage?)] {
    var files: [SegmentNumber: (path: StoragePath, stranger: SalvageReport.Damage?)] = [:]
    let paths = try storage.list(.log).sorted { $0.description < $1.description }
    var misnamed: [(SegmentNumber, StoragePath)] = []
    for case .segment(let name) in paths {
      let path = StoragePath.segment(name)
      let number = try SegmentSurvey.number(of: path, superblock: superblock, storage: storage)
      guard let number else { continue }
      if number.rawValue == name { files[number] = (path, nil) } else {
        misnamed.append((number, path))
      }
    }
    for (number, path) in misnamed {
      // Space that is recycled keeps its old header under its new, higher number.
      let isStranger = path.description < StoragePath.segment(number.rawValue).description
        || files[number] != nil
      let damage = isStranger
        ? SalvageReport.Damage(file: path, reason: "it holds segment \(number.rawValue)") : nil
      if let present = files[number] {
        files[number] = (present.path, present.stranger ?? damage)
      } else {
        files[number] = (path, damage)
      }
    }
    return files
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
