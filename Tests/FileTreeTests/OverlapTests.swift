import CommitLog
import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Changes that take their place in the order while an earlier publication waits for the disk: what
/// is seen, and what recovery replays, is the order all the same (D1).
@Suite struct OverlapTests {
  @Test func `D1, C5: nothing is done to a file after the rename in flight that removes it`() throws
  {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk)
    let tree = fixture.tree
    try fixture.publish("old", as: "target")
    let old = try #require(try fixture.find("target")).attributes.inode
    let writer = try tree.replace(old)
    try fixture.write("too late", to: writer)
    let staging = try fixture.create("new")
    try fixture.write("new", to: staging)
    held.hold()
    let rename = Awaited<Void> {
      tree.rename("new", in: .root, to: "target", in: .root, [], committing: staging, $0)
    }
    let chmod = Awaited<FileView> { tree.setAttributes(old, AttributeChange(mode: 0o600), $0) }
    let link = Awaited<FileView> { tree.link(old, as: "kept", in: .root, $0) }
    let close = Awaited<Void> { tree.commit(writer, .close, $0) }
    held.release()
    try rename.get()
    #expect(throws: Errno.noSuchFileOrDirectory) { try chmod.get() }
    #expect(throws: Errno.noSuchFileOrDirectory) { try link.get() }
    try close.get()
    #expect(try fixture.names() == ["target"])
    var random = SeededGenerator(seed: 1)
    let recovered = try FileTree.open(
      held.disk.afterPowerCut(&random), logger: TreeFixture.silent)
    defer { try? recovered.close() }
    #expect(
      try recovered.visible().entries.mapValues(\.kind) == ["target": .file(Array("new".utf8))])
  }

  @Test(arguments: [false, true])
  func `D2: a close with durability=fsync does not overtake an fsync of the same file`(
    exists: Bool
  ) throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk, durability: .fsync)
    let tree = fixture.tree
    if exists { try fixture.publish("old", as: "f") }
    let (first, second) = (try fixture.create("f"), try fixture.create("f"))
    try fixture.write("first", to: first)
    try fixture.write("second", to: second)
    held.hold()
    let fsync = Awaited<Void> { tree.commit(first, .fsync, $0) }
    let close = Awaited<Void> { tree.commit(second, .close, $0) }
    held.release()
    try fsync.get()
    try close.get()
    #expect(try fixture.text("f") == "second")
    try fixture.reopen()
    #expect(try fixture.text("f") == "second")
  }

  @Test func `F1: a commit that waits for an earlier content fails with it`() throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk, durability: .fsync)
    let tree = fixture.tree
    try fixture.publish("0123456789", as: "f")
    let inode = try #require(try fixture.find("f")).attributes.inode
    try fixture.wait { tree.sync($0) }
    let (update, replace) = (try tree.update(inode), try tree.replace(inode))
    held.hold()
    try fixture.write("a", to: update)
    try fixture.wait { tree.commit(update, .close, $0) }
    try fixture.write("b", to: update, at: 5)
    try fixture.write("replaced", to: replace)
    try fixture.wait { tree.commit(replace, .close, $0) }
    let close = Awaited<Void> { tree.commit(update, .close, $0) }
    held.release(failing: true)
    #expect(throws: Errno.self) { try close.get() }
  }

  @Test func `W4: a writer that opens the file during a truncation does not take it back`() throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk)
    let tree = fixture.tree
    try fixture.publish("0123456789", as: "f")
    let inode = try #require(try fixture.find("f")).attributes.inode
    held.hold()
    let truncation = Awaited<FileView> { tree.truncate(inode, size: 2, $0) }
    let staging = try tree.update(inode)
    try fixture.write("x", to: staging)
    held.release()
    _ = try truncation.get()
    try fixture.close(staging)
    #expect(try fixture.text("f") == "x1")
  }

  @Test func `N1: a creation that the log refuses does not undo another of the same name`() throws {
    let fixture = try TreeFixture(SimulatedDisk())
    let (one, other) = (try fixture.create("f"), try fixture.create("f"))
    fixture.tree.core.withLock { core in
      let refused = Publication(staging: one, reason: .close) { _ in }
      let accepted = Publication(staging: other, reason: .close) { _ in }
      core.begin(refused)
      core.begin(accepted)
      core.plan(refused)
      core.plan(accepted)
      core.sequenced(accepted, as: accepted.commit, at: core.lastSequence.next)
      core.abandon(refused)
    }
    #expect(other.pending?.isSequenced == true)
  }

  @Test func `F4: a content that found no room leaves nothing behind`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk)
    disk.setFailure { operation in
      guard operation.kind == .write, case .blob? = operation.path else { return nil }
      return .noSpace
    }
    let staging = try fixture.create("large")
    #expect(throws: Errno.noSpace) {
      try staging.write([UInt8](repeating: 1, count: 300_000), at: 0)
    }
    let isLeft = disk.paths.contains { path in if case .blob = path { true } else { false } }
    #expect(!isLeft)
  }

  @Test func `N1: a rename that finds no room leaves the pending name at its target`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk, segmentSize: 1 << 20)
    // The background would make room.
    fixture.tree.maintenance.stop()
    disk.setCapacity(6 << 20)
    #expect(throws: Errno.noSpace) {
      for index in 0..<5_000 { try fixture.publish("", as: Name(Array("\(index)".utf8))!) }
    }
    let staging = try fixture.create("pending")
    #expect(throws: Errno.noSpace) { try fixture.rename("0", to: "pending") }
    #expect(staging.pending?.key != nil)
    guard case .pending = try fixture.wait({ fixture.tree.lookup("pending", in: .root, $0) }) else {
      Issue.record("the pending name has gone")
      return
    }
  }

  @Test func `F4: on a full disk a file can still be replaced by something smaller`() throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk, segmentSize: 1 << 20)
    disk.setCapacity(9 << 20)
    var names: [Name] = []
    for size in [200_000, 1] {
      #expect(throws: Errno.noSpace) {
        for index in 0..<2_000 {
          let name = Name(Array("\(size) \(index)".utf8))!
          let staging = try fixture.create(name)
          try staging.write([UInt8](repeating: 1, count: size), at: 0)
          try fixture.close(staging)
          names.append(name)
        }
      }
    }
    let inode = try #require(try fixture.find(names[0])).attributes.inode
    _ = try fixture.wait { fixture.tree.truncate(inode, size: 100, $0) }
    try fixture.publish("small", as: names[1])
    try fixture.close(try fixture.create(names[2]))
    try fixture.wait { fixture.tree.unlink(names[3], in: .root, $0) }
    #expect(try fixture.text(names[1]) == "small")
    #expect(throws: Errno.noSpace) { try fixture.publish("more", as: "another") }
  }
}
