import Storage
import SystemPackage

/// An open file of a ``SimulatedDisk``.
final class SimulatedFile: StorageFile {
  private let disk: SimulatedDisk
  private let file: Int
  private let path: StoragePath
  private let access: StorageAccess

  init(disk: SimulatedDisk, file: Int, path: StoragePath, access: StorageAccess) {
    self.disk = disk
    self.file = file
    self.path = path
    self.access = access
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    try check(.read, offset, UnsafeRawBufferPointer(buffer))
    let memory = Memory(bytes: buffer)
    return try perform(.read, changes: false) { state throws(StorageError) in
      state.files[self.file]!.read(
        at: Int(offset), isDirect: self.isDirect, into: memory.bytes)
    }
  }

  func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try check(.write, offset, bytes)
    let memory = Memory(bytes: UnsafeMutableRawBufferPointer(mutating: bytes))
    try perform(
      .write, changes: true,
      failing: { state in
        state.files[self.file]!.writePartly(
          UnsafeRawBufferPointer(memory.bytes), at: Int(offset), &state.random)
      }
    ) { state throws(StorageError) in
      let place = state.nextPlace(Int(offset))
      try state.charge(.write, self.path, file: self.file) { content in
        let bytes = UnsafeRawBufferPointer(memory.bytes)
        if place == Int(offset) {
          content.write(bytes, at: Int(offset))
        } else {
          content.write(bytes, at: Int(offset), butReally: place)
        }
      }
    }
  }

  func flush() throws(StorageError) {
    try perform(
      .flush, changes: true,
      failing: { state in state.files[self.file]!.failFlush(&state.random) }
    ) { state throws(StorageError) in
      state.flushes[.flush, default: 0] += 1
      if !state.liesAboutFlushes { state.files[self.file]!.flush() }
    }
  }

  /// Whatever was written may be on disk at any time.
  func startWriting(at offset: UInt64, length: UInt64) {}

  func size() throws(StorageError) -> UInt64 {
    try perform(.size, changes: false) { state throws(StorageError) in
      UInt64(state.files[self.file]!.current.count)
    }
  }

  func allocate(_ length: UInt64) throws(StorageError) {
    try perform(.allocate, changes: true) { state throws(StorageError) in
      try state.charge(.allocate, self.path, file: self.file) { $0.allocate(Int(length)) }
    }
  }

  func truncate(to length: UInt64) throws(StorageError) {
    try perform(.truncate, changes: true) { state throws(StorageError) in
      state.files[self.file]!.resize(to: Int(length))
    }
  }

  func punch(at offset: UInt64, length: UInt64) throws(StorageError) {
    let zeros = [UInt8](repeating: 0, count: Int(length))
    try perform(.punch, changes: true) { state throws(StorageError) in
      zeros.withUnsafeBytes { state.files[self.file]!.write($0, at: Int(offset)) }
    }
  }

  /// Lets the caller's memory into the disk's lock.
  private struct Memory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  /// - Parameter failing: what a call that fails does all the same.
  private func perform<R: Sendable>(
    _ kind: StorageError.Operation, changes: Bool,
    failing: (inout SimulatedDisk.State) -> Void = { _ in },
    _ body: (inout SimulatedDisk.State) throws(StorageError) -> R
  ) throws(StorageError) -> R {
    disk.gate.withLock { $0 }(kind, path)
    return try disk.state.withLock { (state) throws(StorageError) in
      let wasDead = state.isDead
      do throws(StorageError) {
        try state.begin(kind, self.path.description, self.path, changes: changes)
      } catch {
        // Of a write that was on its way when the power went the disk may have some sectors, too.
        if !wasDead, !state.isDead || kind == .write { failing(&state) }
        throw error
      }
      return try body(&state)
    }
  }

  private var isDirect: Bool { access == .direct || access == .directRead }

  /// Holds the caller to what the access asks for.
  private func check(
    _ kind: StorageError.Operation, _ offset: UInt64, _ bytes: UnsafeRawBufferPointer
  ) throws(StorageError) {
    if access == .read || access == .directRead, kind == .write {
      throw StorageError(kind, path.description, .badFileDescriptor)
    }
    guard isDirect else { return }
    let parts = [Int(offset), bytes.count, Int(bitPattern: bytes.baseAddress)]
    guard parts.allSatisfy({ $0 % 4096 == 0 }) else {
      throw StorageError(kind, path.description, .invalidArgument)
    }
  }
}
