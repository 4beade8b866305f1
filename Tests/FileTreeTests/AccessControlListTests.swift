import LogFormat
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// ACLs and modes in step with each other, and what a publication does to privileges.
@Suite struct AccessControlListTests {
  private static let access = String(decoding: ExtendedAttributeName.accessList, as: UTF8.self)
  private static let standard = String(decoding: ExtendedAttributeName.defaultList, as: UTF8.self)

  let fixture: TreeFixture

  init() throws { fixture = try TreeFixture(SimulatedDisk()) }

  @Test func `an access ACL sets the mode, and chmod changes the ACL, also after a mount`() throws {
    try fixture.publish("text", as: "f")
    try fixture.set(Self.access, list(owner: 6, user: 7, group: 4, mask: 6, other: 0), of: "f")
    #expect(try mode("f") == 0o660)
    let inode = try fixture.inode(of: "f")
    _ = try fixture.wait {
      fixture.tree.setAttributes(inode, AttributeChange(mode: 0o741), $0)
    }
    let expected = bytes(owner: 7, user: 7, group: 4, mask: 4, other: 1)
    #expect(try value(Self.access, "f") == expected)
    try fixture.reopen()
    #expect(try value(Self.access, "f") == expected)
    #expect(try mode("f") == 0o741)
  }

  @Test func `an ACL that says no more than a mode becomes the mode`() throws {
    try fixture.publish("text", as: "f")
    try fixture.set(Self.access, list(owner: 6, user: 7, group: 4, mask: 6, other: 0), of: "f")
    try fixture.set(Self.access, list(owner: 7, group: 5, other: 1), of: "f")
    #expect(try value(Self.access, "f") == nil)
    #expect(try mode("f") == 0o751)
  }

  @Test func `W5: a staged ACL and a staged mode keep in step, in whichever order`() throws {
    try fixture.publish("text", as: "f")
    let staging = try fixture.create("f")
    try staging.changeExtendedAttribute(
      change(Self.access, list(owner: 6, user: 7, group: 4, mask: 6, other: 0)))
    #expect(staging.attributes().mode & 0o777 == 0o660)
    try staging.setAttributes(AttributeChange(mode: 0o640))
    let expected = bytes(owner: 6, user: 7, group: 4, mask: 4, other: 0)
    #expect(staging.extendedAttributes()[ExtendedAttributeName.accessList] == expected)
    #expect(try mode("f") == 0o644)
    try fixture.close(staging)
    #expect(try value(Self.access, "f") == expected)
    #expect(try mode("f") == 0o640)
  }

  @Test func `a default ACL is inherited, by pending names too; without one the umask counts`()
    throws
  {
    let directory = try fixture.makeDirectory("d")
    let inherited = list(owner: 7, user: 7, group: 5, mask: 7, other: 1)
    try fixture.set(Self.standard, inherited, of: directory)
    let creation = Creation(mode: 0o666, uid: 1, gid: 1, umask: 0o077)
    let staging = try fixture.tree.createPending(
      "f", in: directory, creation, exclusive: true, truncate: true)
    let expected = bytes(owner: 6, user: 7, group: 5, mask: 6, other: 0)
    #expect(staging.attributes().mode & 0o777 == 0o660)
    #expect(staging.extendedAttributes()[ExtendedAttributeName.accessList] == expected)
    try fixture.close(staging)
    let child = try fixture.wait {
      fixture.tree.makeDirectory("s", in: directory, creation, $0)
    }.attributes.inode
    _ = try fixture.wait {
      fixture.tree.makeSymlink("l", target: [46], in: directory, creation, $0)
    }
    let plain = try fixture.tree.createPending(
      "f", in: .root, creation, exclusive: true, truncate: true)
    #expect(plain.attributes().mode & 0o777 == 0o600)
    try fixture.close(plain)
    try fixture.reopen()
    let file = try #require(try fixture.find("f", in: directory)).attributes.inode
    #expect(
      fixture.tree.extendedAttributes(of: file)?[ExtendedAttributeName.accessList] == expected)
    let defaults = fixture.tree.extendedAttributes(of: child)
    #expect(
      defaults?[ExtendedAttributeName.defaultList]
        == bytes(owner: 7, user: 7, group: 5, mask: 7, other: 1))
    let link = try #require(try fixture.find("l", in: directory)).attributes.inode
    #expect(fixture.tree.extendedAttributes(of: link)?.isEmpty == true)
  }

  @Test func `errors: what is no ACL, and a default ACL of a file`() throws {
    try fixture.publish("text", as: "f")
    var otherVersion = list(owner: 7, group: 5, other: 1)
    otherVersion[0] = 1
    for broken: [UInt8] in [[], [2, 0, 0, 0], otherVersion] {
      #expect(throws: Errno.invalidArgument) { try fixture.set(Self.access, broken, of: "f") }
    }
    #expect(throws: Errno.permissionDenied) {
      try fixture.set(Self.standard, list(owner: 7, group: 5, other: 1), of: "f")
    }
  }

  @Test func `privileges that a file gets while others write it go with the publication`() throws {
    try fixture.publish("text", as: "f")
    let inode = try fixture.inode(of: "f")
    let staging = try fixture.create("f")
    staging.markUnprivileged()
    try fixture.write("not what the owner saw", to: staging)
    _ = try fixture.wait {
      fixture.tree.setAttributes(inode, AttributeChange(mode: 0o6755), $0)
    }
    try fixture.set("security.capability", "any", of: "f")
    try fixture.close(staging)
    #expect(try mode("f") == 0o755)
    #expect(try fixture.attributes("f") == [:])
    let own = try fixture.create("f")
    own.markUnprivileged()
    try fixture.write("checked", to: own)
    try own.setAttributes(AttributeChange(mode: 0o4755))
    try fixture.close(own)
    #expect(try mode("f") == 0o4755)
  }

  private func mode(_ name: Name) throws -> UInt32 {
    try #require(try fixture.find(name)).attributes.mode & 0o7777
  }

  private func value(_ attribute: String, _ name: Name) throws -> [UInt8]? {
    fixture.tree.extendedAttributes(of: try fixture.inode(of: name))?[Array(attribute.utf8)]
  }

  private func change(_ name: String, _ value: [UInt8]) -> ExtendedAttributeChange {
    ExtendedAttributeChange(name: Array(name.utf8), value: value)
  }

  private func bytes(
    owner: UInt8, user: UInt8, group: UInt8, mask: UInt8, other: UInt8
  ) -> [UInt8] {
    list(owner: owner, user: user, group: group, mask: mask, other: other)
  }

  /// An ACL as Linux keeps it; the user that it names is 1000.
  private func list(
    owner: UInt8, user: UInt8? = nil, group: UInt8, mask: UInt8? = nil, other: UInt8
  ) -> [UInt8] {
    func entry(_ tag: UInt8, _ permissions: UInt8, id: [UInt8] = [255, 255, 255, 255]) -> [UInt8] {
      [tag, 0, permissions, 0] + id
    }
    return [2, 0, 0, 0] + entry(1, owner) + (user.map { entry(2, $0, id: [0xe8, 3, 0, 0]) } ?? [])
      + entry(4, group) + (mask.map { entry(16, $0) } ?? []) + entry(32, other)
  }
}

extension TreeFixture {
  fileprivate func set(_ name: String, _ value: [UInt8], of inode: Inode) throws(Errno) {
    let change = ExtendedAttributeChange(name: Array(name.utf8), value: value)
    try wait { tree.changeExtendedAttribute(inode, change, $0) }
  }

  fileprivate func set(_ name: String, _ value: [UInt8], of file: Name) throws(Errno) {
    try set(name, value, of: try inode(of: file))
  }
}
