import FileTree
import LogFormat
import Testing
import TestSupport

import struct SystemPackage.Errno

/// Random operations on a tree and on dictionaries, with the store closed and opened in between.
@Suite struct ModelTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func `a tree is the dictionaries it was told to be, also after reopening`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let fixture = try TreeFixture(
      SimulatedDisk(), durability: seed.isMultiple(of: 2) ? .close : .fsync)
    var model = TreeModel()
    for step in 0..<400 {
      let next = ModelStep.random(model, &random)
      try next.run(on: fixture)
      next.apply(to: &model)
      if Int.random(in: 0..<60, using: &random) == 0 { try fixture.reopen() }
      if step.isMultiple(of: 20) { try check(fixture, model, seed, step) }
    }
    try fixture.reopen()
    try check(fixture, model, seed, 400)
    #expect(fixture.tree.verify { _ in }.isEmpty)
    try fixture.tree.close()
  }

  private func check(_ fixture: TreeFixture, _ model: TreeModel, _ seed: UInt64, _ step: Int) throws
  {
    let names = try fixture.names()
    try #require(names == model.names.keys.sorted(), "seed \(seed), step \(step)")
    for (name, file) in model.names {
      let version = try #require(try fixture.find(name)?.version)
      let content = try version.bytes()
      try #require(content == model.contents[file]!, "seed \(seed), step \(step), \(name)")
    }
  }
}
