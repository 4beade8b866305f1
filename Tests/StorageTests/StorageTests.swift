import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

/// What everything above relies on, of the real disk and of the simulated one alike.
struct StorageTests {
  /// Which disk.
  enum Kind: CaseIterable { case posix, simulated }

  /// Runs `body` with a disk that has its directories.
  private func with(_ kind: Kind, _ body: (any Storage) throws -> Void) throws {
    switch kind {
    case .simulated:
      let disk = SimulatedDisk()
      for directory in StorageDirectory.allCases { try disk.makeDirectory(directory) }
      try body(disk)
    case .posix:
      let path = "/tmp/intact-storage-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let storage = try PosixStorage(root: FilePath(path))
      for directory in StorageDirectory.allCases { try storage.makeDirectory(directory) }
      try body(storage)
    }
  }

  @Test(arguments: Kind.allCases) func `names are made, listed, renamed and removed`(_ kind: Kind)
    throws
  {
    try with(kind) { storage in
      #expect(try storage.list(.log) == [])
      _ = try storage.create(.segment(1), .write)
      _ = try storage.create(.segment(0xABC), .direct)
      #expect(throws: StorageError(.create, "log/0000000000000001", .fileExists)) {
        _ = try storage.create(.segment(1), .write)
      }
      try storage.flush(.log)
      try storage.rename(.segment(1), to: .segment(2))
      #expect(Set(try storage.list(.log)) == [.segment(2), .segment(0xABC)])
      try storage.rename(.segment(2), to: .segment(0xABC))
      try storage.remove(.segment(0xABC))
      #expect(try storage.list(.log) == [])
      #expect(throws: StorageError.self) { try storage.remove(.segment(1)) }
      #expect(throws: StorageError(.open, "superblock", .noSuchFileOrDirectory)) {
        _ = try storage.open(.superblock, .read)
      }
      // Made again, a directory stays as it is.
      try storage.makeDirectory(.log)
    }
  }

  @Test func `a file whose number leaves none for the next one is none of the store's`() {
    let name = StoragePath.segment(1 << 62 - 1).name
    #expect(StoragePath(name: name, in: .log) == .segment(1 << 62 - 1))
    for number in [1 << 62, UInt64.max] {
      let name = StoragePath.segment(number).name
      #expect(StoragePath(name: name, in: .log) == nil)
    }
  }

  @Test(arguments: Kind.allCases, [StorageAccess.write, .direct])
  func `bytes come back, short only at the end of the file`(
    _ kind: Kind, _ access: StorageAccess
  ) throws {
    try with(kind) { storage in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 3 * 4096, alignment: 4096)
      defer { memory.deallocate() }
      for index in 0..<memory.count { memory[index] = UInt8(truncatingIfNeeded: index / 7) }
      let file = try storage.create(.blob(5), access)
      try file.write(at: 4096, UnsafeRawBufferPointer(memory))
      try file.flush()
      #expect(try file.size() == 4 * 4096)
      let back = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * 4096, alignment: 4096)
      defer { back.deallocate() }
      let reader = try storage.open(.blob(5), access == .direct ? .directRead : .read)
      #expect(try reader.read(at: 4096, into: back) == memory.count)
      #expect(back[..<memory.count].elementsEqual(memory))
      #expect(try reader.read(at: 0, into: back) == back.count)
      #expect(back[..<4096].allSatisfy { $0 == 0 })
      #expect(try reader.read(at: 1 << 20, into: back) == 0)
      #expect(throws: StorageError(.read, "content/0000000000000005", .ioError)) {
        try reader.readWhole(at: 4096, into: back, path: .blob(5))
      }
    }
  }

  @Test(arguments: Kind.allCases) func `files are cut, lengthened, punched and given room`(
    _ kind: Kind
  ) throws {
    try with(kind) { storage in
      let file = try storage.create(.checkpointDraft, .write)
      let bytes = [UInt8](repeating: 3, count: 10_000)
      try bytes.withUnsafeBytes { try file.write(at: 0, $0) }
      try file.allocate(5000)
      #expect(try file.size() == 10_000, "what is there stays")
      try file.truncate(to: 6000)
      try file.truncate(to: 7000)
      try file.punch(at: 100, length: 200)
      try file.allocate(20_000)
      #expect(try file.size() == 20_000)
      var back = [UInt8](repeating: 1, count: 20_000)
      #expect(try back.withUnsafeMutableBytes { try file.read(at: 0, into: $0) } == 20_000)
      let expected = (0..<20_000).map { $0 < 6000 && !(100..<300).contains($0) ? 3 as UInt8 : 0 }
      #expect(back == expected)
    }
  }

  @Test(arguments: Kind.allCases) func `the disk says how much room it has`(_ kind: Kind) throws {
    try with(kind) { storage in
      let space = try storage.space()
      #expect(space.total > 0 && space.available <= space.total)
    }
  }

  @Test func `only names of a store are paths`() {
    for path in [
      StoragePath.superblock, .segment(1), .segment(0xABC), .blob(0), .checkpoint(77),
      .checkpointDraft,
    ] {
      #expect(StoragePath(name: path.name, in: path.directory) == path)
    }
    for name in ["1", "..", "000000000000000G", "00000000000000001", "000000000000000A", "lock"] {
      for directory in StorageDirectory.allCases {
        #expect(StoragePath(name: name, in: directory) == nil, "\(name)")
      }
    }
  }

  @Test func `a link in the store is not followed`() throws {
    let path = "/tmp/intact-storage-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path + "/content", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("secret".utf8).write(to: URL(filePath: path + "/outside"))
    try FileManager.default.createSymbolicLink(
      atPath: path + "/content/0000000000000001", withDestinationPath: path + "/outside")
    let storage = try PosixStorage(root: FilePath(path))
    for access in [StorageAccess.read, .write, .direct] {
      #expect(throws: StorageError.self) { _ = try storage.open(.blob(1), access) }
    }
  }
}
