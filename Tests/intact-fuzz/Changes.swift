import CommitLog
import FileTree
import LogFormat
import struct SystemPackage.Errno

/// Makes changes in a tree about which nothing is known; each may be refused.
struct Changes {
  private let tree: FileTree
  private static let owner = Creation(mode: 0o644, uid: 0, gid: 0)

  init(_ tree: FileTree) { self.tree = tree }

  private func wait<Value: Sendable>(_ call: (@escaping Answer<Value>) -> Void) throws(Errno)
    -> Value
  {
    let answer = Awaited<Result<Value, Errno>>()
    call { answer.set($0) }
    return try answer.wait().get()
  }

  mutating func make(_ chance: inout Chance) throws {
    do throws(Errno) {
      try makeOne(&chance)
    } catch {
      // It is the tree's right to say no.
    }
  }

  private func makeOne(_ chance: inout Chance) throws(Errno) {
    let name = chance.name()
    let directory = directory(&chance)
    switch chance.below(9) {
    case 0, 1: try publish(name, in: directory, chance.bytes(among: 0...9000))
    case 2: _ = try wait { tree.makeDirectory(name, in: directory, Self.owner, $0) }
    case 3: try wait { tree.unlink(name, in: directory, $0) }
    case 4: try wait { tree.removeDirectory(name, in: directory, $0) }
    case 5:
      let (target, other) = (chance.name(), self.directory(&chance))
      let flags: RenameFlags = chance.once(in: 3) ? .exchange : []
      try wait { tree.rename(name, in: directory, to: target, in: other, flags, $0) }
    case 6:
      try update(name, in: directory, chance.bytes(among: 1...500), at: UInt64(chance.below(9000)))
    case 7:
      let change = AttributeChange(mode: 0o600)
      guard let inode = tree.view(of: name, in: directory)?.attributes.inode else { return }
      _ = try wait { tree.setAttributes(inode, change, $0) }
    default: try wait { tree.sync($0) }
    }
  }

  private func directory(_ chance: inout Chance) -> Inode {
    var directory = Inode.root
    for _ in 0..<chance.below(3) {
      directory = tree.view(of: chance.name(), in: directory)?.attributes.inode ?? directory
    }
    return directory
  }

  private func publish(_ name: Name, in directory: Inode, _ bytes: [UInt8]) throws(Errno) {
    let staging = try tree.createPending(
      name, in: directory, Self.owner, exclusive: false, truncate: true)
    try write(bytes, to: staging, at: 0)
  }

  private func update(
    _ name: Name, in directory: Inode, _ bytes: [UInt8], at offset: UInt64
  ) throws(Errno) {
    guard let inode = tree.view(of: name, in: directory)?.attributes.inode else { return }
    try write(bytes, to: try tree.update(inode), at: offset)
  }

  private func write(_ bytes: [UInt8], to staging: Staging, at offset: UInt64) throws(Errno) {
    let outcome = Result { () throws(Errno) in
      try bytes.span.withUnsafeBytes { (raw) throws(Errno) in try staging.write(raw, at: offset) }
      try wait { tree.commit(staging, .close, $0) }
    }
    try wait { tree.forget(staging, $0) }
    try outcome.get()
  }
}
