import Locking
import LogFormat
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Extended attributes in the tree and in its log.
@Suite struct ExtendedAttributeTests {
  let disk = SimulatedDisk()
  let fixture: TreeFixture

  init() throws { fixture = try TreeFixture(disk) }

  @Test func `I1: attributes stay over publications, replay and a checkpoint`() throws {
    try fixture.publish("old", as: "f")
    let directory = try fixture.makeDirectory("d")
    try fixture.set("user.a", "1", of: "f")
    try fixture.set("user.empty", "", of: "f")
    try fixture.set("user.gone", "x", of: "f")
    try fixture.set("user.gone", nil, of: "f")
    try fixture.set("trusted.d", "2", of: directory)
    try fixture.set("user.root", "3", of: .root)
    try fixture.publish("new", as: "f")
    let expected = ["user.a": "1", "user.empty": ""]
    #expect(try fixture.attributes("f") == expected)
    let replayed = try FileTree.open(disk.copy(), logger: TreeFixture.silent)
    let inode = try #require(replayed.view(of: "f", in: .root)).attributes.inode
    #expect(replayed.extendedAttributes(of: inode)?.texts == expected)
    try replayed.close()
    for _ in 0..<2 {
      // The second time all of it comes out of the checkpoint.
      try fixture.reopen()
      #expect(try fixture.attributes("f") == expected)
      #expect(fixture.tree.extendedAttributes(of: directory)?.texts == ["trusted.d": "2"])
      #expect(fixture.tree.extendedAttributes(of: .root)?.texts == ["user.root": "3"])
    }
  }

  @Test func `W5: what is set through a handle is published in the commit of its content`() throws {
    try fixture.publish("old", as: "f")
    try fixture.set("user.a", "old", of: "f")
    let staging = try fixture.create("f")
    try fixture.write("new", to: staging)
    try staging.change("user.a", "new")
    try staging.change("user.b", "new")
    #expect(try fixture.attributes("f") == ["user.a": "old"])
    #expect(staging.extendedAttributes().texts == ["user.a": "new", "user.b": "new"])
    try fixture.wait { fixture.tree.sync($0) }
    let before = fixture.tree.statistics.log.commits
    try fixture.close(staging)
    #expect(fixture.tree.statistics.log.commits == before + 1)
    #expect(try fixture.attributes("f") == ["user.a": "new", "user.b": "new"])
    try fixture.reopen()
    #expect(try fixture.attributes("f") == ["user.a": "new", "user.b": "new"])
  }

  @Test func `W5: attributes alone are published too, and leave the modification time`() throws {
    try fixture.publish("text", as: "f")
    let before = try #require(try fixture.find("f")).attributes
    let staging = try fixture.tree.update(before.inode)
    try staging.change("user.a", "1")
    #expect(staging.attributes().modified == before.modified)
    #expect(staging.attributes().changed > before.changed)
    try fixture.close(staging)
    let after = try #require(try fixture.find("f")).attributes
    #expect(try fixture.attributes("f") == ["user.a": "1"])
    #expect(after.modified == before.modified)
    #expect(after.changed > before.changed)
  }

  @Test func `C4, C7: a spent staging drops what was set through it`() throws {
    try fixture.publish("old", as: "f")
    let staging = try fixture.create("f")
    try fixture.write("new", to: staging)
    try staging.change("user.a", "1")
    fixture.tree.spend(staging)
    #expect(throws: Errno.ioError) { try staging.change("user.b", "2") }
    #expect(throws: Errno.self) { try fixture.close(staging) }
    #expect(try fixture.attributes("f") == [:])
  }

  @Test func `N1: a pending name has only what is staged, and is published with it`() throws {
    let staging = try fixture.create("f")
    try staging.change("user.a", "1")
    try staging.change("user.b", "2")
    try staging.change("user.a", nil)
    #expect(throws: Errno.noData) { try staging.change("user.a", nil) }
    try fixture.close(staging)
    #expect(try fixture.attributes("f") == ["user.b": "2"])
    try fixture.reopen()
    #expect(try fixture.attributes("f") == ["user.b": "2"])
  }

  @Test func `D1: after a power cut at any moment content and attributes are of one commit`() throws
  {
    let disk = SimulatedDisk()
    let moments = Mutex<[DiskMoment]>([])
    disk.observe { moment in moments.withLock { $0.append(moment) } }
    let fixture = try TreeFixture(disk, segmentSize: 1 << 20)
    for round in 1...6 {
      let staging = try fixture.create("f")
      try fixture.write("\(round)", to: staging)
      try staging.change("user.round", "\(round)")
      try staging.change("user.\(round)", "")
      if round > 1 { try staging.change("user.\(round - 1)", nil) }
      try fixture.close(staging)
      if round == 3 { try fixture.maintain() }
    }
    try fixture.tree.close()
    var published: Set<String> = []
    for (cut, moment) in moments.withLock({ $0 }).enumerated() {
      var random = SeededGenerator(seed: UInt64(cut))
      guard
        let tree = try? FileTree.open(moment.afterPowerCut(&random), logger: TreeFixture.silent)
      else { continue }
      defer { try? tree.close() }
      guard let view = tree.view(of: "f", in: .root) else { continue }
      let text = String(decoding: try #require(view.version).bytes(), as: UTF8.self)
      let attributes = tree.extendedAttributes(of: view.attributes.inode)?.texts
      #expect(attributes == ["user.round": text, "user.\(text)": ""], "cut \(cut)")
      published.insert(text)
    }
    #expect(published.count == 6)
  }

  @Test func `an attribute set while a publication is in flight comes after it`() throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk)
    try fixture.publish("old", as: "f")
    let inode = try fixture.inode(of: "f")
    let staging = try fixture.create("f")
    try staging.change("user.a", "staged")
    held.hold()
    let close = Awaited<Void> { fixture.tree.commit(staging, .close, $0) }
    let set = Awaited<Void> {
      fixture.tree.changeExtendedAttribute(inode, .init("user.a", "by path"), $0)
    }
    held.release()
    try close.get()
    try set.get()
    #expect(try fixture.attributes("f") == ["user.a": "by path"])
    try fixture.reopen()
    #expect(try fixture.attributes("f") == ["user.a": "by path"])
  }

  @Test func `errors are those of ext4`() throws {
    try fixture.publish("text", as: "f")
    try fixture.set("user.a", "1", of: "f")
    let inode = try fixture.inode(of: "f")
    func outcome(_ change: ExtendedAttributeChange) -> Errno? {
      do throws(Errno) {
        try fixture.wait { fixture.tree.changeExtendedAttribute(inode, change, $0) }
        return nil
      } catch {
        return error
      }
    }
    #expect(outcome(.init("user.a", "2", .absent)) == .fileExists)
    #expect(outcome(.init("user.b", "2", .present)) == .noData)
    #expect(outcome(.init("user.b", nil)) == .noData)
    #expect(outcome(.init("user.", "2")) == .invalidArgument)
    #expect(outcome(.init("other.b", "2")) == .notSupported)
    #expect(outcome(.init("user." + String(repeating: "n", count: 251), "")) == .outOfRange)
    let large = String(repeating: "v", count: 1 << 16)
    #expect(outcome(.init("user.b", large)) == .noSpace)
    #expect(outcome(.init("user.a", large)) == nil)
    try fixture.reopen()
    #expect(try fixture.attributes("f") == ["user.a": large])
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    #expect(outcome(.init("user.a", "3")) == .noSuchFileOrDirectory)
  }
}

extension ExtendedAttributeChange {
  init(_ name: String, _ value: String?, _ condition: Condition = .none) {
    self.init(
      name: Array(name.utf8), value: value.map { Array($0.utf8) }, condition: condition)
  }
}

extension ExtendedAttributes {
  /// By name, as text.
  var texts: [String: String] {
    Dictionary(
      uniqueKeysWithValues: entries.map {
        (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
      })
  }
}

extension Staging {
  func change(_ name: String, _ value: String?) throws(Errno) {
    try changeExtendedAttribute(.init(name, value))
  }
}

extension TreeFixture {
  func inode(of name: Name) throws(Errno) -> Inode {
    guard let view = try find(name) else { throw .noSuchFileOrDirectory }
    return view.attributes.inode
  }

  func set(_ name: String, _ value: String?, of inode: Inode) throws(Errno) {
    try wait { tree.changeExtendedAttribute(inode, .init(name, value), $0) }
  }

  func set(_ name: String, _ value: String?, of file: Name) throws(Errno) {
    try set(name, value, of: try inode(of: file))
  }

  func attributes(_ name: Name) throws(Errno) -> [String: String]? {
    tree.extendedAttributes(of: try inode(of: name))?.texts
  }
}
