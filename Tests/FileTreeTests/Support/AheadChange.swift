import FileTree
import LogFormat

import struct SystemPackage.Errno

@testable import FileTree

/// A change that is visible before it is durable, on a tree that `prepare` has made.
enum AheadChange: CaseIterable {
  case makeDirectory, makeNode, makeSymlink, publishPending
  case unlink, removeDirectory, renameToNew, renameOver, exchange, link
  case changeMode, setExtendedAttribute
  case append, appendToNew, unlock, merge
  case replace, create, truncate

  /// Closes are published ahead of the disk in this mode only (D2).
  var durability: DurabilityMode {
    switch self {
    case .replace, .create, .truncate: .fsync
    default: .close
    }
  }

  static func prepare(_ fixture: TreeFixture) throws {
    for name in ["f", "g", "other"] as [Name] { try fixture.publish("old \(name)", as: name) }
    let staging = try fixture.update("f")
    for _ in 0..<3 { try fixture.append(Array(" and more".utf8), to: staging) }
    try fixture.close(staging)
    try fixture.makeDirectory("empty")
    try fixture.wait { fixture.tree.sync($0) }
  }

  /// Makes the change. Returns the answer of one that waits for the disk although it is visible,
  /// and the staging through which it was published.
  func make(_ fixture: TreeFixture) throws -> (answer: Awaited<Void>?, staging: Staging?) {
    let tree = fixture.tree
    let creation = TreeFixture.owner
    let (f, empty) = (try fixture.inode("f"), try fixture.inode("empty"))
    switch self {
    case .makeDirectory: try fixture.makeDirectory("new", in: empty)
    case .makeNode: _ = try fixture.wait { tree.makeNode("new", in: .root, creation, rdev: 0, $0) }
    case .makeSymlink:
      _ = try fixture.wait { tree.makeSymlink("new", target: [1], in: .root, creation, $0) }
    case .publishPending:
      let staging = try fixture.create("new")
      try fixture.write("staged", to: staging)
      _ = try fixture.wait { tree.publishPending("new", in: .root, $0) }
      return (nil, staging)
    case .unlink: try fixture.wait { tree.unlink("f", in: .root, $0) }
    case .removeDirectory: try fixture.wait { tree.removeDirectory("empty", in: .root, $0) }
    case .renameToNew: try fixture.rename("f", to: "new")
    case .renameOver:
      return (Awaited { tree.rename("f", in: .root, to: "g", in: .root, [], $0) }, nil)
    case .exchange:
      return (Awaited { tree.rename("f", in: .root, to: "g", in: .root, .exchange, $0) }, nil)
    case .link:
      return (
        Awaited { answer in
          tree.link(f, as: "new", in: .root) { outcome in answer(outcome.map { _ in }) }
        }, nil
      )
    case .changeMode:
      _ = try fixture.wait { tree.setAttributes(f, AttributeChange(mode: 0o600), $0) }
    case .setExtendedAttribute:
      let change = ExtendedAttributeChange(name: Array("user.x".utf8), value: [1])
      try fixture.wait { tree.changeExtendedAttribute(f, change, $0) }
    case .append: return (nil, try append(to: try fixture.update("f"), fixture))
    case .appendToNew:
      let staging = try tree.createPending(
        "new", in: .root, creation, exclusive: false, truncate: false)
      return (nil, try append(to: staging, fixture))
    case .unlock:
      let staging = try fixture.update("f")
      try fixture.write("NEW", to: staging)
      try fixture.wait { tree.commit(staging, .unlock, $0) }
      return (nil, staging)
    case .merge: try merge(fixture)
    case .replace, .create:
      let staging = try self == .create ? fixture.create("new") : tree.replace(f)
      try fixture.write("new", to: staging)
      try fixture.wait { tree.commit(staging, .close, $0) }
      return (nil, staging)
    case .truncate: _ = try fixture.wait { tree.truncate(f, size: 2, $0) }
    }
    return (nil, nil)
  }

  private func append(to staging: Staging, _ fixture: TreeFixture) throws -> Staging {
    try fixture.append(Array("appended".utf8), to: staging)
    return staging
  }

  private func merge(_ fixture: TreeFixture) throws {
    let inode = try fixture.inode("f")
    _ = fixture.tree.core.withLock { $0.fragmented.insert(inode) }
    try fixture.tree.mergeExtents(atLeast: 2)
  }
}

extension TreeFixture {
  func inode(_ name: Name) throws(Errno) -> Inode {
    guard let view = try find(name) else { throw .noSuchFileOrDirectory }
    return view.attributes.inode
  }

  func update(_ name: Name) throws(Errno) -> Staging { try tree.update(try inode(name)) }
}
