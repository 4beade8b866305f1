import LogFormat
import Storage

/// Which segment each file of a damaged log holds.
struct SegmentFiles {
  /// By the numbers that the segments carry.
  private(set) var paths: [SegmentNumber: StoragePath] = [:]
  /// Files that hold another segment than their name says.
  private(set) var strangers: [(number: SegmentNumber, holds: SegmentNumber)] = []
  /// Files that cannot be read at all.
  private(set) var damage: [SalvageReport.Damage] = []

  private let superblock: Superblock
  private let storage: ReadingStorage

  init(_ superblock: Superblock, _ storage: ReadingStorage) {
    self.superblock = superblock
    self.storage = storage
  }

  mutating func identify() throws {
    var others: [(number: SegmentNumber, holds: SegmentNumber)] = []
    for case .segment(let name) in try storage.list(.log).sorted(by: { $0.name < $1.name }) {
      let path = StoragePath.segment(name)
      guard let number = try number(of: path) else { continue }
      if number.rawValue == name {
        paths[number] = path
      } else {
        others.append((SegmentNumber(rawValue: name), number))
      }
    }
    // Space that is recycled keeps the header of the segment that it was, under a higher number.
    strangers = others.filter { $0.number < $0.holds || paths[$0.holds] != nil }
    for other in others where paths[other.holds] == nil {
      paths[other.holds] = .segment(other.number.rawValue)
    }
  }

  private mutating func number(of path: StoragePath) throws -> SegmentNumber? {
    do {
      return try SegmentSurvey.number(of: path, superblock: superblock, storage: storage)
    } catch let error as StorageError {
      damage.append(SalvageReport.Damage(file: path, reason: "\(error)"))
      return nil
    }
  }
}
