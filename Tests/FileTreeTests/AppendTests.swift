import LogFormat
import TestSupport
import Testing

@testable import FileTree

/// Appends that grow a version (W3, R3).
@Suite struct AppendTests {
  @Test func `W3: many small appends are merged, and read the same before, after and again`() throws
  {
    let fixture = try TreeFixture(SimulatedDisk())
    try fixture.publish("begin ", as: "log")
    let pinned = try #require(try fixture.find("log")?.version)
    let inode = try #require(try fixture.find("log")?.attributes.inode)
    let staging = try fixture.tree.update(inode)
    var expected = "begin "
    for number in 0..<1000 {
      try fixture.append(Array("line \(number)\n".utf8), to: staging)
      expected += "line \(number)\n"
    }
    #expect(try fixture.find("log")?.version === pinned)
    #expect(try fixture.text("log") == expected)
    try fixture.tree.mergeExtents()
    // The background may have merged some of them already, and leaves what is too few for it.
    #expect(pinned.content.extents.count < 64)
    #expect(String(decoding: try pinned.bytes(), as: UTF8.self) == expected)
    try fixture.append(Array("more".utf8), to: staging)
    try fixture.close(staging)
    try fixture.maintain()
    try fixture.reopen()
    #expect(try fixture.text("log") == expected + "more")
    #expect(fixture.tree.verify { _ in }.isEmpty)
    try fixture.tree.close()
  }

  @Test func `W2, W3: what was staged before an append and a merge is committed over them`() throws
  {
    let fixture = try TreeFixture(SimulatedDisk())
    try fixture.publish("0000", as: "f")
    let inode = try #require(try fixture.find("f")?.attributes.inode)
    let staging = try fixture.tree.update(inode)
    try fixture.append(Array("11".utf8), to: staging)
    try fixture.write("ab", to: staging, at: 1)
    try fixture.append(Array("22".utf8), to: staging)
    #expect(try fixture.text("f") == "00001122")
    try fixture.tree.mergeExtents(atLeast: 2)
    try fixture.wait { fixture.tree.commit(staging, .fsync, $0) }
    #expect(try fixture.text("f") == "0ab01122")
    // A size that was staged is before the append; both are published.
    try staging.truncate(to: 3)
    try fixture.append(Array("end".utf8), to: staging)
    #expect(try fixture.text("f") == "0abend")
    try fixture.close(staging)
    try fixture.maintain()
    try fixture.reopen()
    #expect(try fixture.text("f") == "0abend")
    try fixture.tree.close()
  }

  @Test(arguments: ["write", "resize", "punch"])
  func `W1, W3: what an append adds does not show in what another has made of the file's end`(
    change: String
  ) throws {
    let fixture = try TreeFixture(SimulatedDisk())
    let own = try fixture.create("f")
    try fixture.wait { fixture.tree.commit(own, .fsync, $0) }
    let inode = try #require(try fixture.find("f")?.attributes.inode)
    let other = try fixture.tree.update(inode)
    switch change {
    case "write": try fixture.write("end", to: own, at: 5)
    case "resize": try own.resize(to: 5)
    default: try own.allocate(1..<200, .zero(keepsSize: true))
    }
    // It has its place in the order, and none in the store yet.
    try fixture.append(Array("0123456789".utf8), to: other)
    try fixture.close(own)
    let expected = [
      "write": "\0\0\0\0\0end89", "resize": "\0\0\0\0\0", "punch": "0123456789",
    ]
    #expect(try fixture.text("f") == expected[change])
    try fixture.close(other)
    try fixture.reopen()
    #expect(try fixture.text("f") == expected[change])
    try fixture.tree.close()
  }

  @Test func `a clone shares what is stored, whichever file goes first`() throws {
    let fixture = try TreeFixture(SimulatedDisk())
    try fixture.publish("0123456789", as: "f")
    let source = try #require(try fixture.find("f")?.version)
    let staging = try fixture.create("g")
    try fixture.write("....", to: staging)
    try staging.insert(source.clip(2..<100), at: 3)
    try fixture.close(staging)
    try fixture.wait { fixture.tree.unlink("f", in: .root, $0) }
    #expect(try fixture.text("g") == "...23456789")
    try fixture.maintain()
    try fixture.reopen()
    #expect(try fixture.text("g") == "...23456789")
    #expect(fixture.tree.verify { _ in }.isEmpty)
    try fixture.tree.close()
  }
}
