import Storage

/// A segment behind a ``PlantedFault``.
final class FaultySegment: StorageFile {
  private let file: any StorageFile
  private let fault: PlantedFault

  init(_ file: any StorageFile, _ fault: PlantedFault) {
    self.file = file
    self.fault = fault
  }

  func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    let count = try file.read(at: offset, into: buffer)
    if fault.mistake == .ignoresAChecksum {
      GroupForgery.forgeChecksums(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    }
    return count
  }

  func write(at offset: UInt64, _ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try fault.payDebts()
    guard fault.mistake == .reordersRecords else { return try file.write(at: offset, bytes) }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4096)
    defer { copy.deallocate() }
    copy.copyMemory(from: bytes)
    GroupForgery.reverseRecords(copy)
    try file.write(at: offset, UnsafeRawBufferPointer(copy))
  }

  func flush() throws(StorageError) {
    switch fault.mistake {
    case .skipsTheFlush: return
    case .publishesBeforeTheFlush: try fault.putOff(file)
    case .retriesAFailedFlush:
      do { try file.flush() } catch { try file.flush() }
    case .ignoresAChecksum, .reordersRecords: try file.flush()
    }
  }

  func startWriting(at offset: UInt64, length: UInt64) {
    file.startWriting(at: offset, length: length)
  }

  func size() throws(StorageError) -> UInt64 { try file.size() }

  func allocate(_ length: UInt64) throws(StorageError) { try file.allocate(length) }

  func truncate(to length: UInt64) throws(StorageError) { try file.truncate(to: length) }

  func punch(at offset: UInt64, length: UInt64) throws(StorageError) {
    try file.punch(at: offset, length: length)
  }
}
