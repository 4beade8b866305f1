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
      try ModelStep.random(model, &random).run(on: fixture, &model)
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

/// A flat directory of files: names lead to files, files to bytes.
struct TreeModel {
  var names: [Name: Int] = [:]
  var contents: [Int: [UInt8]] = [:]
  var nextFile = 0

  mutating func newFile(_ bytes: [UInt8]) -> Int {
    defer { nextFile += 1 }
    contents[nextFile] = bytes
    return nextFile
  }
}

/// One operation whose targets exist in the model.
enum ModelStep {
  case publish(Name, [UInt8])
  case update(Name, [UInt8], at: Int)
  case truncate(Name, Int)
  case rename(Name, Name)
  case exchange(Name, Name)
  case link(Name, Name)
  case unlink(Name)

  static func random(_ model: TreeModel, _ random: inout SeededGenerator) -> ModelStep {
    let name = Name(Array("file \(Int.random(in: 0..<12, using: &random))".utf8))!
    let size = Bool.random(using: &random) ? 300 : 90_000
    let bytes = (0..<Int.random(in: 0..<size, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let existing = model.names.keys.sorted()
    guard let target = existing.randomElement(using: &random) else { return .publish(name, bytes) }
    let place = Int.random(in: 0..<100_000, using: &random)
    return switch Int.random(in: 0..<12, using: &random) {
    case 0..<4: .publish(name, bytes)
    case 4..<6: .update(target, bytes, at: place)
    case 6: .truncate(target, place)
    case 7..<9: .rename(target, name)
    case 9: .exchange(target, existing.randomElement(using: &random)!)
    case 10: .link(target, name)
    default: .unlink(target)
    }
  }

  func run(on fixture: TreeFixture, _ model: inout TreeModel) throws(Errno) {
    switch self {
    case .publish(let name, let bytes):
      let staging = try fixture.create(name)
      try staging.write(bytes, at: 0)
      try fixture.close(staging)
      if let file = model.names[name] {
        model.contents[file] = bytes
      } else {
        model.names[name] = model.newFile(bytes)
      }
    case .update(let name, let bytes, let offset):
      let staging = try fixture.tree.update(try fixture.inode(name))
      try staging.write(bytes, at: UInt64(offset))
      try fixture.close(staging)
      model.overwrite(name, bytes, at: offset)
    case .truncate(let name, let size):
      let inode = try fixture.inode(name)
      _ = try fixture.wait { fixture.tree.truncate(inode, size: UInt64(size), $0) }
      model.resize(name, to: size)
    case .rename(let old, let new):
      try fixture.rename(old, to: new)
      guard model.names[old] != model.names[new] else { return }
      model.names[new] = model.names.removeValue(forKey: old)
    case .exchange(let one, let two):
      try fixture.rename(one, to: two, .exchange)
      (model.names[one], model.names[two]) = (model.names[two], model.names[one])
    case .link(let name, let new):
      let inode = try fixture.inode(name)
      guard model.names[new] == nil else { return }
      _ = try fixture.wait { fixture.tree.link(inode, as: new, in: .root, $0) }
      model.names[new] = model.names[name]
    case .unlink(let name):
      try fixture.wait { fixture.tree.unlink(name, in: .root, $0) }
      model.names[name] = nil
    }
  }
}

extension TreeModel {
  fileprivate mutating func overwrite(_ name: Name, _ bytes: [UInt8], at offset: Int) {
    guard !bytes.isEmpty, let file = names[name] else { return }
    if contents[file]!.count < offset + bytes.count { resize(name, to: offset + bytes.count) }
    contents[file]!.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  fileprivate mutating func resize(_ name: Name, to size: Int) {
    guard let file = names[name] else { return }
    let content = contents[file]!
    contents[file] =
      content.prefix(size) + [UInt8](repeating: 0, count: max(0, size - content.count))
  }
}

extension TreeFixture {
  fileprivate func inode(_ name: Name) throws(Errno) -> Inode {
    guard let view = try find(name) else { throw .noSuchFileOrDirectory }
    return view.attributes.inode
  }
}
