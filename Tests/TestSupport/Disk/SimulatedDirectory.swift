import Storage

/// A directory on a disk that can lose its power: names made or taken away since the last flush may
/// or may not be so afterwards.
struct SimulatedDirectory: Sendable {
  enum Change: Sendable {
    case link(StoragePath, file: Int)
    case unlink(StoragePath)
    case rename(StoragePath, StoragePath)
  }

  /// What is seen: file numbers by their names.
  private(set) var names: [StoragePath: Int] = [:]
  private var durable: [StoragePath: Int] = [:]
  private var pending: [Change] = []

  /// True if a power cut would change nothing.
  var isSettled: Bool { pending.isEmpty }

  mutating func make(_ change: Change) {
    Self.apply(change, to: &names)
    pending.append(change)
  }

  mutating func flush() {
    durable = names
    pending = []
  }

  /// What is left after a power cut: a prefix of the changes as a journal leaves it, or any of
  /// them.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedDirectory {
    var left = durable
    let prefix = Int.random(in: 0...pending.count, using: &random)
    let isJournal = Bool.random(using: &random)
    for (index, change) in pending.enumerated() {
      if isJournal ? index < prefix : Bool.random(using: &random) {
        Self.apply(change, to: &left)
      }
    }
    var directory = SimulatedDirectory()
    directory.names = left
    directory.durable = left
    return directory
  }

  private static func apply(_ change: Change, to names: inout [StoragePath: Int]) {
    switch change {
    case .link(let path, let file): names[path] = file
    case .unlink(let path): names[path] = nil
    case .rename(let old, let new):
      guard let file = names.removeValue(forKey: old) else { return }
      names[new] = file
    }
  }
}
