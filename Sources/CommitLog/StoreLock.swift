import Glibc
import SystemPackage

/// The right to be a store's only daemon (F5), held until the value is let go of.
public final class StoreLock: Sendable {
  private let descriptor: FileDescriptor

  private init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    try? descriptor.close()
  }

  /// Takes the lock and leaves this process's id and `description`, the mount point, for others to
  /// read.
  /// - Throws: ``StoreBusy`` if another has it, else the system's `Errno`.
  public static func acquire(_ store: FilePath, description: String) throws -> StoreLock {
    let descriptor = try FileDescriptor.open(
      store.appending("lock"), .readWrite, options: [.create, .closeOnExec, .noFollow],
      permissions: .ownerReadWrite)
    let lock = StoreLock(descriptor)
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let failure = Errno(rawValue: errno)
      guard failure == .wouldBlock else { throw failure }
      throw holder(of: descriptor)
    }
    guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
    try descriptor.writeAll(toAbsoluteOffset: 0, "\(getpid())\n\(description)\n".utf8)
    return lock
  }

  private static func holder(of descriptor: FileDescriptor) -> StoreBusy {
    let text = withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { buffer in
      let count = (try? descriptor.read(fromAbsoluteOffset: 0, into: buffer)) ?? 0
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return StoreBusy(
      pid: lines.first.flatMap { Int32($0) },
      mountPoint: lines.dropFirst().dropLast().joined(separator: "\n"))
  }
}
