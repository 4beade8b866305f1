import Storage
import SystemPackage
import TestSupport
import Testing

/// The disk that loses its power has to lose what a real one may, or the tests on it mean nothing.
struct SimulatedDiskTests {
  private func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    for directory in StorageDirectory.allCases { try disk.makeDirectory(directory) }
    return disk
  }

  private func write(_ byte: UInt8, _ count: Int, to file: any StorageFile, at offset: UInt64)
    throws
  {
    let bytes = [UInt8](repeating: byte, count: count)
    try bytes.withUnsafeBytes { try file.write(at: offset, $0) }
  }

  @Test func `what was flushed stays, what was not may go, sector by sector`() throws {
    var random = SeededGenerator(seed: 1)
    var outcomes: Set<[UInt8]> = []
    for _ in 0..<200 {
      let disk = try disk()
      let file = try disk.create(.blob(1), .write)
      try write(1, 1024, to: file, at: 0)
      try file.flush()
      try disk.flush(.content)
      try write(2, 1024, to: file, at: 0)
      let after = disk.afterPowerCut(&random)
      let bytes = try #require(after.bytes(of: .blob(1)))
      for sector in [bytes[..<512], bytes[512...]] {
        #expect(sector.allSatisfy { $0 == sector.first! })
      }
      outcomes.insert([bytes[0], bytes[512]])
      #expect(throws: StorageError.self) { try file.flush() }
    }
    #expect(outcomes == [[1, 1], [1, 2], [2, 1], [2, 2]])
  }

  @Test func `names made since the directory's flush may go`() throws {
    var random = SeededGenerator(seed: 2)
    var outcomes: Set<Set<StoragePath>> = []
    for _ in 0..<200 {
      let disk = try disk()
      _ = try disk.create(.segment(1), .write)
      try disk.flush(.log)
      try disk.rename(.segment(1), to: .segment(2))
      _ = try disk.create(.segment(3), .write)
      let after = disk.afterPowerCut(&random)
      outcomes.insert(Set(after.paths))
    }
    #expect(
      outcomes == [
        [.segment(1)], [.segment(2)], [.segment(1), .segment(3)], [.segment(2), .segment(3)],
      ])
  }

  @Test func `the power goes at the call asked for, and stays away`() throws {
    let disk = try disk()
    let file = try disk.create(.blob(1), .write)
    disk.cutPower(at: disk.operationCount + 1)
    try write(1, 512, to: file, at: 0)
    #expect(throws: StorageError.self) { try file.flush() }
    #expect(disk.isDead)
    #expect(throws: StorageError.self) { try disk.list(.log) }
  }

  @Test func `a full disk says so and keeps what it has`() throws {
    let disk = try disk()
    disk.setCapacity(8192)
    let file = try disk.create(.blob(1), .write)
    try file.allocate(4096)
    #expect(throws: StorageError(.allocate, "content/0000000000000001", .noSpace)) {
      try file.allocate(16_384)
    }
    #expect(try file.size() == 4096)
    #expect(try disk.space().available == 4096)
    try disk.remove(.blob(1))
    #expect(try disk.space().available == 8192)
  }

  @Test func `direct access holds its caller to whole blocks`() throws {
    let disk = try disk()
    let file = try disk.create(.segment(1), .direct)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    try file.write(at: 4096, UnsafeRawBufferPointer(rebasing: memory[..<4096]))
    for (offset, part) in [(512, 0..<4096), (0, 0..<100), (0, 16..<4112)] as [(UInt64, Range<Int>)]
    {
      #expect(throws: StorageError(.write, "log/0000000000000001", .invalidArgument)) {
        try file.write(at: offset, UnsafeRawBufferPointer(rebasing: memory[part]))
      }
    }
  }

  @Test func `what a failed flush has lost no later one brings back, though the cache shows it`()
    throws
  {
    var outcomes: Set<[UInt8]> = []
    for seed in 0..<40 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let disk = try disk().moment.afterPowerCut(&random)
      for directory in StorageDirectory.allCases { try disk.makeDirectory(directory) }
      let file = try disk.create(.blob(1), .write)
      try file.allocate(8192)
      try file.flush()
      try write(1, 8192, to: file, at: 0)
      disk.setFailure { $0.kind == .flush ? .ioError : nil }
      #expect(throws: StorageError.self) { try file.flush() }
      disk.setFailure { _ in nil }
      try file.flush()
      try disk.flush(.content)
      #expect(disk.bytes(of: .blob(1)) == [UInt8](repeating: 1, count: 8192))
      let after = disk.copy().afterPowerCut(&random)
      let left = try #require(after.bytes(of: .blob(1)))
      outcomes.insert([left[0], left[8191]])
      // Past the cache there is what will be left.
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 4096)
      defer { memory.deallocate() }
      #expect(try disk.open(.blob(1), .directRead).read(at: 0, into: memory) == left.count)
      #expect(Array(memory[..<left.count]) == left)
    }
    #expect(outcomes.isSuperset(of: [[0, 0], [1, 1]]))
  }

  @Test func `faults come where they are asked for`() throws {
    let disk = try disk()
    let file = try disk.create(.blob(1), .write)
    disk.setFailure { $0.kind == .flush && $0.path == .blob(1) ? .ioError : nil }
    try write(1, 10, to: file, at: 0)
    #expect(throws: StorageError(.flush, "content/0000000000000001", .ioError)) {
      try file.flush()
    }
    disk.setFailure { _ in nil }
    disk.lieAboutFlushes()
    try file.flush()
    try disk.flush(.content)
    var random = SeededGenerator(seed: 3)
    var lost = 0
    for _ in 0..<50 where disk.copy().afterPowerCut(&random).bytes(of: .blob(1)) == nil {
      lost += 1
    }
    #expect(lost > 0)
  }
}
