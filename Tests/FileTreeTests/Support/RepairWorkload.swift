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
  ///   - steps: how many calls are made after those that every store begins with.
  ///   - checkpoints: how many are made on the way.
  ///   - isClosed: it is unmounted as it should be; else it is as a power cut leaves it.
  init(seed: UInt64, steps: Int, checkpoints: Int, isClosed: Bool) throws {
    self.isClosed = isClosed
    let fixture = try TreeFixture(disk, segmentSize: Self.segmentSize)
    picture = try TreePicture(fixture.tree)
    try note(fixture.tree)
    try populate(fixture)
    try fixture.tree.log.close()
    let subject = try TreeSubject(disk)
    try take(steps, checkpoints: checkpoints, on: subject, seed: seed)
    try subject.endWriters()
    try note(subject.tree)
    if isClosed { try subject.tree.close() } else { try subject.tree.log.close() }
  }

  private mutating func take(
    _ steps: Int, checkpoints: Int, on subject: TreeSubject, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var model = ContractModel()
    for step in 0..<steps {
      let next = ContractStep.random(model, sizes: [300, 90_000, 600_000], &random)
      if next != .maintain, (try? model.apply(next)) != nil {
        try subject.perform(next)
        try note(subject.tree)
      }
      if checkpoints > 0, step % (steps / checkpoints + 1) == steps / (checkpoints + 1) {
        try subject.perform(.maintain)
      }
    }
  }

  private mutating func populate(_ fixture: TreeFixture) throws {
    let outer = try fixture.makeDirectory("outer")
    try note(fixture.tree)
    let inner = try fixture.makeDirectory("inner", in: outer)
    try note(fixture.tree)
    for index in 0..<6 {
      let name = Name(Array("small \(index)".utf8))!
      try fixture.publish("the text of \(index)", as: name, in: index < 3 ? outer : inner)
      try note(fixture.tree)
    }
    let shared = try fixture.find("small 1", in: outer)!.attributes.inode
    _ = try fixture.wait { fixture.tree.link(shared, as: "second", in: inner, $0) }
    try note(fixture.tree)
    _ = try fixture.wait {
      fixture.tree.makeSymlink(
        "symlink", target: Array("outer/inner".utf8), in: .root, TreeFixture.owner, $0)
    }
    try note(fixture.tree)
    try fixture.publish([UInt8](repeating: 9, count: 900_000), as: "large", in: outer)
    try note(fixture.tree)
    let sparse = try fixture.create("sparse", in: inner)
    try sparse.write([1, 2, 3], at: 70_000)
    try sparse.truncate(to: 200_000)
    try fixture.close(sparse)
    try note(fixture.tree)
    _ = try fixture.wait {
      fixture.tree.setAttributes(shared, AttributeChange(mode: 0o4711, uid: 3), $0)
    }
    try note(fixture.tree)
  }

  private mutating func note(_ tree: FileTree) throws {
    picture = try TreePicture(tree)
    pictures.insert(picture)
    for (path, file) in picture.files { history[path, default: []].insert(file.content) }
  }
}
