import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Disks that fail in the middle of a write.
@Suite struct FaultTests {
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
