import LogFormat
import TestSupport

import struct SystemPackage.Errno

@testable import FileTree

/// A store with a life behind it, small enough to be damaged in all ways: directories, links,
/// extended attributes, large and sparse files, clones, and contents that were replaced.
struct RepairWorkload {
  static let segmentSize: UInt64 = 1 << 20

  let disk = SimulatedDisk()
  let isClosed: Bool
  /// What it holds at the end.
  private(set) var picture: TreePicture
  /// What it held after each change.
  private(set) var pictures: Set<TreePicture> = []
  /// Every content that a path showed at some time.
  private(set) var history: [String: Set<Fingerprint?>] = [:]

  /// - Parameters:
  ///   - checkpoints: how many are made on the way.
  ///   - isClosed: it is unmounted as it should be; else it is as a power cut leaves it.
  init(seed: UInt64, steps: Int, checkpoints: Int, isClosed: Bool) throws {
    self.isClosed = isClosed
    var random = SeededGenerator(seed: seed)
    let fixture = try TreeFixture(disk, segmentSize: Self.segmentSize)
    picture = try TreePicture(fixture.tree)
    try note(fixture)
    try populate(fixture)
    var model = TreeModel()
    for step in 0..<steps {
      let next = ModelStep.random(model, &random)
      try next.run(on: fixture)
      next.apply(to: &model)
      try note(fixture)
      if checkpoints > 0, step % (steps / checkpoints + 1) == steps / (checkpoints + 1) {
        try fixture.maintain()
      }
    }
    try fixture.wait { fixture.tree.sync($0) }
    if isClosed { try fixture.tree.close() } else { try fixture.tree.log.close() }
  }

  private mutating func populate(_ fixture: TreeFixture) throws {
    let outer = try fixture.makeDirectory("outer")
    try note(fixture)
    let inner = try fixture.makeDirectory("inner", in: outer)
    try note(fixture)
    for index in 0..<6 {
      let name = Name(Array("small \(index)".utf8))!
      try fixture.publish("the text of \(index)", as: name, in: index < 3 ? outer : inner)
      try note(fixture)
    }
    let shared = try fixture.find("small 1", in: outer)!.attributes.inode
    _ = try fixture.wait { fixture.tree.link(shared, as: "second", in: inner, $0) }
    try note(fixture)
    _ = try fixture.wait {
      fixture.tree.makeSymlink(
        "symlink", target: Array("outer/inner".utf8), in: .root, TreeFixture.owner, $0)
    }
    try note(fixture)
    try fixture.publish([UInt8](repeating: 9, count: 900_000), as: "large", in: outer)
    try note(fixture)
    let sparse = try fixture.create("sparse", in: inner)
    try sparse.write([1, 2, 3], at: 70_000)
    try sparse.truncate(to: 200_000)
    try fixture.close(sparse)
    try note(fixture)
    _ = try fixture.wait {
      fixture.tree.setAttributes(shared, AttributeChange(mode: 0o4711, uid: 3), $0)
    }
    try note(fixture)
  }

  private mutating func note(_ fixture: TreeFixture) throws {
    picture = try TreePicture(fixture.tree)
    pictures.insert(picture)
    for (path, file) in picture.files { history[path, default: []].insert(file.content) }
  }
}
