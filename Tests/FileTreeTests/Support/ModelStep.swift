import FileTree
import LogFormat
import TestSupport

import struct SystemPackage.Errno

/// One operation whose targets exist in the model.
enum ModelStep {
  case publish(Name, [UInt8])
  case update(Name, [UInt8], at: Int)
  case append(Name, [UInt8])
  case truncate(Name, Int)
  /// A part of the first file, shown by the second at another place.
  case clone(Name, Range<Int>, Name, at: Int)
  case punch(Name, Range<Int>)
  case rename(Name, Name)
  case exchange(Name, Name)
  case link(Name, Name)
  case unlink(Name)

  static func random(_ model: TreeModel, _ random: inout SeededGenerator) -> ModelStep {
    let name = Name(Array("file \(Int.random(in: 0..<12, using: &random))".utf8))!
    // Of every kind: within a block, over several, and large enough for a blob.
    let size = [300, 300, 90_000, 90_000, 90_000, 600_000].randomElement(using: &random)!
    let bytes = [UInt8](
      repeating: .random(in: 1...255, using: &random), count: .random(in: 0..<size, using: &random))
    let existing = model.names.keys.sorted()
    guard let target = existing.randomElement(using: &random) else { return .publish(name, bytes) }
    let place = Int.random(in: 0..<100_000, using: &random)
    let other = existing.randomElement(using: &random)!
    return switch Int.random(in: 0..<17, using: &random) {
    case 0..<3: .publish(name, bytes)
    case 3..<5: .update(target, bytes, at: place)
    case 5..<7: .truncate(target, place)
    case 7..<9: .rename(target, name)
    case 9: .exchange(target, other)
    case 10: .link(target, name)
    case 11: .unlink(target)
    case 12: .clone(other, place / 4..<place / 2, target, at: place)
    case 13: .punch(target, place / 2..<place)
    default: .append(target, Array(bytes.prefix(50_000)))
    }
  }

  func run(on fixture: TreeFixture) throws(Errno) {
    switch self {
    case .publish(let name, let bytes):
      let staging = try fixture.create(name)
      try staging.write(bytes, at: 0)
      try fixture.close(staging)
    case .update(let name, let bytes, let offset):
      let staging = try fixture.tree.update(try fixture.inode(name))
      try staging.write(bytes, at: UInt64(offset))
      try fixture.close(staging)
    case .append(let name, let bytes):
      let staging = try fixture.tree.update(try fixture.inode(name))
      try fixture.append(bytes, to: staging)
      try fixture.close(staging)
    case .clone(let source, let range, let name, let offset):
      let version = try fixture.find(source)?.version
      let staging = try fixture.tree.update(try fixture.inode(name))
      if let version {
        let clip = version.clip(UInt64(range.lowerBound)..<UInt64(range.upperBound))
        try staging.insert(clip, at: UInt64(offset))
      }
      try fixture.close(staging)
    case .punch(let name, let range):
      let staging = try fixture.tree.update(try fixture.inode(name))
      try staging.allocate(
        UInt64(range.lowerBound)..<UInt64(range.upperBound), .zero(keepsSize: true))
      try fixture.close(staging)
    case .truncate(let name, let size):
      let inode = try fixture.inode(name)
      _ = try fixture.wait { fixture.tree.truncate(inode, size: UInt64(size), $0) }
    case .rename(let old, let new): try fixture.rename(old, to: new)
    case .exchange(let one, let two): try fixture.rename(one, to: two, .exchange)
    case .link(let name, let new):
      let inode = try fixture.inode(name)
      do throws(Errno) {
        _ = try fixture.wait { fixture.tree.link(inode, as: new, in: .root, $0) }
      } catch {
        guard error == .fileExists else { throw error }
      }
    case .unlink(let name): try fixture.wait { fixture.tree.unlink(name, in: .root, $0) }
    }
  }

  /// What the step makes of the model.
  func apply(to model: inout TreeModel) {
    switch self {
    case .publish(let name, let bytes):
      if let file = model.names[name] {
        model.contents[file] = bytes
      } else {
        model.names[name] = model.newFile(bytes)
      }
    case .update(let name, let bytes, let offset): model.overwrite(name, bytes, at: offset)
    case .append(let name, let bytes): model.append(name, bytes)
    case .clone(let source, let range, let name, let offset):
      model.overwrite(name, model.bytes(of: source, in: range), at: offset)
    case .punch(let name, let range): model.clear(name, range)
    case .truncate(let name, let size): model.resize(name, to: size)
    case .rename(let old, let new):
      guard model.names[old] != model.names[new] else { return }
      model.names[new] = model.names.removeValue(forKey: old)
    case .exchange(let one, let two):
      (model.names[one], model.names[two]) = (model.names[two], model.names[one])
    case .link(let name, let new):
      guard model.names[new] == nil else { return }
      model.names[new] = model.names[name]
    case .unlink(let name): model.names[name] = nil
    }
  }
}

extension ModelStep {
  /// Whether the step becomes visible only when it is durable: then no failed one ever does.
  var isPublishedWhenDurable: Bool {
    switch self {
    case .publish, .update, .clone, .punch, .truncate: true
    case .append, .rename, .exchange, .link, .unlink: false
    }
  }

  /// Whether the step is durable once it is done, with `durability=close`.
  var isDurable: Bool {
    switch self {
    case .publish, .update, .append, .clone, .punch, .truncate, .exchange, .link: true
    case .rename, .unlink: false
    }
  }
}

extension TreeFixture {
  fileprivate func inode(_ name: Name) throws(Errno) -> Inode {
    guard let view = try find(name) else { throw .noSuchFileOrDirectory }
    return view.attributes.inode
  }
}
