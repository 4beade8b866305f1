import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Every call that changes something on the disk is made to fail, once or from then on. Whatever is
/// reported as failed must be invisible, now and after a mount, and no later success may bring it
/// back (C7, F1).
@Suite struct FaultTests {
  @Test(arguments: [Errno.ioError, .noSpace], [false, true])
  func `C7, F1: a failed change is never visible, whatever call failed`(
    errno: Errno, persists: Bool
  ) throws {
    let workload = CrashWorkload(seed: 11, .close)
    let clean = SimulatedDisk()
    _ = try workload.run(on: clean, segmentSize: 1 << 20)
    for index in stride(from: 0, to: clean.operationCount, by: 2) {
      let disk = SimulatedDisk()
      disk.setFailure { operation in
        guard operation.changes, operation.index >= index else { return nil }
        return persists || operation.index == index ? errno : nil
      }
      let history = try workload.run(on: disk, segmentSize: 1 << 20, toleratingFailures: true)
      disk.setFailure { _ in nil }
      guard history.isCreated else { continue }
      let tree = try FileTree.open(disk, logger: TreeFixture.silent)
      defer { try? tree.close() }
      let found = try tree.contents()
      // A disk that takes no write any more cannot be told that the failed group is void, and
      // whether it kept it nobody can know.
      let isUndecided = persists && found == history.firstFailed
      try #require(
        isUndecided || history.states[history.durable...].contains(found),
        "\(errno), call \(index), persists \(persists), durable \(history.durable)")
      try #require(tree.verify { _ in }.isEmpty)
    }
  }

  @Test func `C7: a working copy that an overwrite may have torn is not published`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk)
    try fixture.publish("old", as: "f")
    let staging = try fixture.tree.update(try #require(try fixture.find("f")).attributes.inode)
    try staging.write([UInt8](repeating: 1, count: 300_000), at: 0)
    disk.setFailure { operation in
      if case .blob = operation.path, operation.kind == .write { .ioError } else { nil }
    }
    #expect(throws: Errno.ioError) { try fixture.write("new", to: staging, at: 5) }
    disk.setFailure { _ in nil }
    #expect(throws: Errno.ioError) { try fixture.close(staging) }
    #expect(try fixture.text("f") == "old")
  }
}

extension DiskOperation {
  fileprivate var changes: Bool {
    switch kind {
    case .read, .list, .open, .size, .space: false
    default: true
    }
  }
}
