import CommitLog
import FileTree
import LogFormat
import Testing
import TestSupport

import struct SystemPackage.Errno

/// The rules of the contract as the tree keeps them, without a mount.
@Suite struct ContractTests {
  let fixture: TreeFixture

  init() throws { fixture = try TreeFixture(SimulatedDisk()) }

  @Test func `R1: nothing staged is seen through a path`() throws {
    try fixture.publish("old", as: "f")
    let staging = try fixture.create("f")
    try fixture.write("new", to: staging)
    #expect(try fixture.text("f") == "old")
    try fixture.close(staging)
    #expect(try fixture.text("f") == "new")
  }

  @Test func `R2, R4: a pinned version stays readable over replacement, unlink and compaction`()
    throws
  {
    try fixture.publish("first", as: "f")
    let pinned = try #require(try fixture.find("f")?.version)
    for round in 0..<50 { try fixture.publish("round \(round)", as: "f") }
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    #expect(String(decoding: try pinned.bytes(), as: UTF8.self) == "first")
  }

  @Test func `W1: two writers of one name never mix, the later commit wins`() throws {
    let one = try fixture.create("f")
    let two = try fixture.create("f")
    try fixture.write("one, longer", to: one)
    try fixture.write("two", to: two)
    try fixture.close(two)
    #expect(try fixture.text("f") == "two")
    try fixture.close(one)
    #expect(try fixture.text("f") == "one, longer")
  }

  @Test
  func `W1: a writer that goes on after fsync publishes whole contents, whoever came between`()
    throws
  {
    let one = try fixture.create("f")
    try fixture.write("aaaa", to: one)
    try fixture.wait { fixture.tree.commit(one, .fsync, $0) }
    try fixture.publish("xxxxxxxxxx", as: "f")
    try fixture.write("bb", to: one, at: 1)
    try fixture.close(one)
    #expect(try fixture.text("f") == "abba")
    try fixture.reopen()
    #expect(try fixture.text("f") == "abba")
  }

  @Test func `W2: updating writers share one working copy, readers see what is published`() throws {
    try fixture.publish("0123456789", as: "f")
    let inode = try #require(try fixture.find("f")).attributes.inode
    let one = try fixture.tree.update(inode)
    let two = try fixture.tree.update(inode)
    #expect(one === two)
    try fixture.write("AB", to: one, at: 4)
    #expect(try two.bytes() == Array("0123AB6789".utf8))
    #expect(try fixture.text("f") == "0123456789")
    try fixture.close(one)
    try fixture.reopen()
    #expect(try fixture.text("f") == "0123AB6789")
  }

  @Test func `W2: a truncation that is grown over again reads as zeros`() throws {
    try fixture.publish("0123456789", as: "f")
    let staging = try fixture.tree.update(try #require(try fixture.find("f")).attributes.inode)
    try staging.truncate(to: 3)
    try staging.truncate(to: 6)
    try fixture.close(staging)
    try fixture.reopen()
    #expect(try fixture.text("f") == "012\0\0\0")
  }

  @Test func `W4: truncate by path is a commit of its own`() throws {
    try fixture.publish("0123456789", as: "f")
    let inode = try #require(try fixture.find("f")).attributes.inode
    let view = try fixture.wait { fixture.tree.truncate(inode, size: 4, $0) }
    #expect(view.attributes.size == 4)
    #expect(try fixture.text("f") == "0123")
  }

  @Test func `W5: a handle's metadata is published with its content`() throws {
    try fixture.publish("old", as: "f")
    let staging = try fixture.create("f")
    try fixture.write("new", to: staging)
    let time = Timestamp(seconds: 1_000_000, nanoseconds: 7)
    try staging.setAttributes(AttributeChange(mode: 0o600, modified: .at(time)))
    #expect(try #require(try fixture.find("f")).attributes.mode == 0o100644)
    let before = fixture.tree.statistics.log.commits
    try fixture.close(staging)
    let published = try #require(try fixture.find("f")).attributes
    #expect(fixture.tree.statistics.log.commits == before + 1)
    #expect(published.mode == 0o100600)
    #expect(published.modified == time)
  }

  @Test func `W5: a write after setting mtime makes it the publication time`() throws {
    let staging = try fixture.create("f")
    try staging.setAttributes(
      AttributeChange(modified: .at(Timestamp(seconds: 1, nanoseconds: 0))))
    try fixture.write("x", to: staging)
    try fixture.close(staging)
    #expect(try #require(try fixture.find("f")).attributes.modified.seconds > 1)
  }

  @Test func `C4: a spent staging publishes nothing, its pending name was never there`() throws {
    try fixture.publish("old", as: "f")
    let replacing = try fixture.create("f")
    try fixture.write("new", to: replacing)
    fixture.tree.spend(replacing)
    #expect(throws: Errno.self) { try fixture.close(replacing) }
    #expect(try fixture.text("f") == "old")
    let creating = try fixture.create("g")
    fixture.tree.spend(creating)
    try fixture.makeDirectory("g")
  }

  @Test func `C5: a rename of a pending name commits what its caller has staged, and no other's`()
    throws
  {
    let (first, second) = (try fixture.create("f.tmp"), try fixture.create("f.tmp"))
    try fixture.write("half", to: first)
    try fixture.write("whole", to: second)
    let tree = fixture.tree
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try fixture.wait { tree.rename("f.tmp", in: .root, to: "f", in: .root, [], $0) }
    }
    try fixture.wait {
      tree.rename("f.tmp", in: .root, to: "f", in: .root, [], committing: second, $0)
    }
    #expect(try fixture.text("f") == "whole")
    try fixture.write(" and half", to: first, at: 4)
    try fixture.close(first)
    #expect(try fixture.text("f") == "half and half")
  }

  @Test func `C5: renaming a pending name commits content and rename as one`() throws {
    try fixture.publish("old", as: "f")
    let staging = try fixture.create("f.tmp")
    try fixture.write("new", to: staging)
    let before = fixture.tree.statistics.log.commits
    try fixture.rename("f.tmp", to: "f")
    #expect(fixture.tree.statistics.log.commits == before + 1)
    #expect(try fixture.text("f") == "new")
    #expect(try fixture.names() == ["f"])
    try fixture.write("!", to: staging, at: 3)
    try fixture.close(staging)
    #expect(try fixture.text("f") == "new!")
  }

  @Test func `N1: a pending name is reserved, not listed, and absent for others`() throws {
    let staging = try fixture.create("f")
    #expect(try fixture.names() == [])
    #expect(throws: Errno.fileExists) { try fixture.create("f", exclusive: true) }
    #expect(throws: Errno.fileExists) { try fixture.makeDirectory("f") }
    guard case .pending(let found) = try fixture.wait({ fixture.tree.lookup("f", in: .root, $0) })
    else {
      Issue.record("not pending")
      return
    }
    #expect(found === staging)
    try fixture.close(staging)
    #expect(try fixture.names() == ["f"])
  }

  @Test func `N1: unlinking a pending name frees it, the content is nobody's`() throws {
    let staging = try fixture.create("f")
    try fixture.write("lost", to: staging)
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    try fixture.makeDirectory("f")
    #expect(try staging.bytes() == Array("lost".utf8))
    #expect(staging.attributes().links == 0)
    try fixture.close(staging)
    #expect(try fixture.names() == ["f"])
  }

  @Test func `N1: a directory with a pending name is not empty`() throws {
    let directory = try fixture.makeDirectory("d")
    let staging = try fixture.create("f", in: directory)
    #expect(throws: Errno.directoryNotEmpty) {
      try fixture.wait { fixture.tree.removeDirectory("d", in: .root, $0) }
    }
    fixture.tree.spend(staging)
    try fixture.wait { fixture.tree.removeDirectory("d", in: .root, $0) }
  }

  @Test func `I1: a replacement keeps the number, and has its own until published`() throws {
    try fixture.publish("old", as: "f")
    let before = try #require(try fixture.find("f")).attributes
    let staging = try fixture.create("f")
    #expect(staging.attributes().inode != before.inode)
    try fixture.close(staging)
    #expect(staging.attributes().inode == before.inode)
    #expect(try #require(try fixture.find("f")).attributes.inode == before.inode)
  }

  @Test func `I2: all hard links see a publication`() throws {
    try fixture.publish("old", as: "f")
    let inode = try #require(try fixture.find("f")).attributes.inode
    let view = try fixture.wait { fixture.tree.link(inode, as: "g", in: .root, $0) }
    #expect(view.attributes.links == 2)
    try fixture.publish("new", as: "g")
    #expect(try fixture.text("f") == "new")
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    #expect(try #require(try fixture.find("g")).attributes.links == 1)
  }

  @Test func `D4: one durable commit costs one flush`() throws {
    let staging = try fixture.create("f")
    try fixture.write("x", to: staging)
    let before = fixture.tree.statistics.log.flushes
    try fixture.close(staging)
    #expect(fixture.tree.statistics.log.flushes == before + 1)
  }
}
