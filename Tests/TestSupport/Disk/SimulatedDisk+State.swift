import Storage
import SystemPackage

extension SimulatedDisk.State {
  func content(_ path: StoragePath) -> SimulatedContent? {
    directories[path.directory]?.names[path].flatMap { files[$0] }
  }

  /// Bytes that all files take.
  var charge: Int {
    files.reduce(0) { $0 + (removed.contains($1.key) ? 0 : $1.value.charge) }
  }

  /// Lets a call go on, or fail.
  /// - Parameter changes: true if the call changes something, and so counts.
  mutating func begin(
    _ kind: StorageError.Operation, _ name: String, _ path: StoragePath?, changes: Bool
  ) throws(StorageError) {
    if changes, !isDead, operations == powerCut { isDead = true }
    guard !isDead else { throw StorageError(kind, name, .ioError) }
    if changes { observer?(DiskMoment(state: self)) }
    let operation = DiskOperation(kind: kind, path: path, index: operations)
    if changes { operations += 1 }
    if let errno = failure(operation) { throw StorageError(kind, name, errno) }
  }

  /// Where the next write goes; nil if nowhere.
  mutating func nextPlace(_ offset: Int) -> Int? {
    defer { writes += 1 }
    switch fate(writes) {
    case .done: return offset
    case .lost: return nil
    case .misplaced(let distance): return max(0, offset + distance)
    }
  }

  /// Refuses a change that the disk has no room for.
  mutating func charge(
    _ kind: StorageError.Operation, _ path: StoragePath, file: Int,
    _ change: (inout SimulatedContent) -> Void
  ) throws(StorageError) {
    var content = files[file]!
    guard capacity < Int.max else {
      change(&files[file]!)
      return
    }
    let before = charge - content.charge
    change(&content)
    guard before + content.charge <= capacity else {
      throw StorageError(kind, path.description, .noSpace)
    }
    files[file] = content
  }

  /// Changes a directory's names.
  mutating func change(
    _ directory: StorageDirectory, _ change: SimulatedDirectory.Change
  ) {
    directories[directory]!.make(change)
  }
}
