import Storage
import TestSupport

/// Something that happens to a store's files while nobody looks.
enum StoreDamage: CustomStringConvertible {
  case flip(StoragePath, byte: Int, bit: UInt8)
  /// A run of bytes becomes zeros, as a sector that was lost.
  case wipe(StoragePath, Range<Int>)
  case truncate(StoragePath, Int)
  case remove(StoragePath)
  /// The first takes the place of the second, too.
  case duplicate(StoragePath, StoragePath)
  case swap(StoragePath, StoragePath)

  /// What another damage has taken away already cannot be damaged once more.
  func apply(to disk: SimulatedDisk) throws {
    switch self {
    case .flip(let path, let byte, let bit):
      change(path, on: disk) { if byte < $0.count { $0[byte] ^= 1 << bit } }
    case .wipe(let path, let range):
      change(path, on: disk) { bytes in
        let inside = range.clamped(to: 0..<bytes.count)
        bytes.replaceSubrange(inside, with: repeatElement(0, count: inside.count))
      }
    case .truncate(let path, let length):
      change(path, on: disk) { $0.removeSubrange(min(length, $0.count)...) }
    case .remove(let path):
      try disk.remove(path)
    case .duplicate(let source, let target):
      if let bytes = disk.bytes(of: source) { disk.setBytes(bytes, of: target) }
    case .swap(let one, let two):
      guard let first = disk.bytes(of: one), let second = disk.bytes(of: two) else { return }
      disk.setBytes(second, of: one)
      disk.setBytes(first, of: two)
    }
  }

  private func change(
    _ path: StoragePath, on disk: SimulatedDisk, _ change: (inout [UInt8]) -> Void
  ) {
    guard var bytes = disk.bytes(of: path) else { return }
    change(&bytes)
    disk.setBytes(bytes, of: path)
  }

  /// Every kind of damage to every file, `flips` bits and half as many sectors by chance in each.
  static func all(of disk: SimulatedDisk, flips: Int, _ random: inout SeededGenerator)
    -> [StoreDamage]
  {
    var damages: [StoreDamage] = []
    for path in disk.paths {
      let bytes = disk.bytes(of: path)!
      guard let used = bytes.lastIndex(where: { $0 != 0 }).map({ $0 + 1 }) else { continue }
      for index in 0..<flips {
        let byte = Int.random(in: 0..<used, using: &random)
        damages.append(.flip(path, byte: byte, bit: .random(in: 0..<8, using: &random)))
        guard index.isMultiple(of: 2) else { continue }
        let start = byte / 512 * 512
        damages.append(.wipe(path, start..<min(start + 512, bytes.count)))
      }
      for length in [0, 1, 4096, used / 2, used - 1] where length < bytes.count {
        damages.append(.truncate(path, length))
      }
      damages.append(.remove(path))
      for other in disk.paths where other.directory == path.directory && other != path {
        damages.append(.duplicate(path, other))
        if path.description < other.description { damages.append(.swap(path, other)) }
      }
    }
    return damages
  }

  /// It harms nothing but one checkpoint.
  var isOfCheckpoint: Bool {
    switch self {
    case .flip(let path, _, _), .wipe(let path, _), .truncate(let path, _), .remove(let path),
      .duplicate(_, let path):
      path.directory == .checkpoint
    case .swap: false
    }
  }

  /// It harms nothing for good.
  var isOfSwappedBlobs: Bool {
    if case .swap(let path, _) = self { path.directory == .content } else { false }
  }

  /// It harms no commit and no content.
  var isOfHeader: Bool {
    switch self {
    case .flip(let path, _, _), .wipe(let path, _), .truncate(let path, _), .remove(let path),
      .duplicate(_, let path), .swap(_, let path):
      path.directory == .checkpoint || path.directory == .root
    }
  }

  var description: String {
    switch self {
    case .flip(let path, let byte, let bit): "flip(\(path), byte \(byte), bit \(bit))"
    case .wipe(let path, let range): "wipe(\(path), \(range))"
    case .truncate(let path, let length): "truncate(\(path) to \(length))"
    case .remove(let path): "remove(\(path))"
    case .duplicate(let source, let target): "duplicate(\(source) over \(target))"
    case .swap(let one, let two): "swap(\(one), \(two))"
    }
  }
}
