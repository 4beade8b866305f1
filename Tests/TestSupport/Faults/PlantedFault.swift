import Locking
import Storage

/// A mistake of the commit path, planted between the tree and its disk: sweeps that do not find it
/// prove nothing.
public final class PlantedFault: Storage {
  public enum Mistake: String, CaseIterable, Sendable {
    /// The log is written and never flushed.
    case skipsTheFlush
    /// A commit is answered, and so published, before the flush that is to make it durable.
    case publishesBeforeTheFlush
    /// A group whose bytes do not match their checksum is taken for sound.
    case ignoresAChecksum
    /// The records of a commit are written in another order.
    case reordersRecords
    /// A flush that failed is tried again, and believed.
    case retriesAFailedFlush
  }

  private let disk: SimulatedDisk
  let mistake: Mistake
  /// A flush that was answered and not made.
  private let owed = Mutex<(any StorageFile)?>(nil)

  public init(_ mistake: Mistake, before disk: SimulatedDisk) {
    self.mistake = mistake
    self.disk = disk
    if mistake == .retriesAFailedFlush { Self.failSomeFlushes(of: disk) }
  }

  /// The first of every pair of flushes of a segment fails.
  private static func failSomeFlushes(of disk: SimulatedDisk) {
    let hasFailed = Mutex(false)
    disk.setFailure { operation in
      guard case .segment? = operation.path, operation.kind == .flush else { return nil }
      return hasFailed.withLock { failed in
        failed.toggle()
        return failed ? .ioError : nil
      }
    }
  }

  /// Answers before it is done.
  func putOff(_ flush: any StorageFile) throws(StorageError) {
    try payDebts()
    owed.withLock { $0 = flush }
  }

  /// Makes the flush that was put off.
  func payDebts() throws(StorageError) {
    let file = owed.withLock { $0.take() }
    try file?.flush()
  }

  public func list(_ directory: StorageDirectory) throws(StorageError) -> [StoragePath] {
    try disk.list(directory)
  }

  public func makeDirectory(_ directory: StorageDirectory) throws(StorageError) {
    try disk.makeDirectory(directory)
  }

  public func open(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    wrap(try disk.open(path, access), path)
  }

  public func create(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    wrap(try disk.create(path, access), path)
  }

  private func wrap(_ file: any StorageFile, _ path: StoragePath) -> any StorageFile {
    if case .segment = path { FaultySegment(file, self) } else { file }
  }

  public func rename(_ old: StoragePath, to new: StoragePath) throws(StorageError) {
    try disk.rename(old, to: new)
  }

  public func remove(_ path: StoragePath) throws(StorageError) { try disk.remove(path) }

  public func flush(_ directory: StorageDirectory) throws(StorageError) {
    try disk.flush(directory)
  }

  public func space() throws(StorageError) -> StorageSpace { try disk.space() }
}
