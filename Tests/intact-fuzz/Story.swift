import LogFormat

/// Tells what happens in a tree, commit by commit: mostly what fits the commits before, now and
/// then what contradicts them.
struct Story {
  enum Kind: CaseIterable { case directory, file, symlink, special }

  struct Entry {
    var parent: UInt64
    var name: Name
    var child: UInt64
  }

  /// Records and the content section that their inline chunks are in.
  struct Commit {
    var records: [Record] = []
    var content: [UInt8] = []
  }

  /// One choice in so many is an odd one; 0 for none.
  let oddity: UInt64
  /// Everything that was told, as a checkpoint tells it.
  private(set) var history: [Record] = []
  private(set) var chunks: [ChunkRecord] = []
  private var kinds: [UInt64: Kind] = [:]
  private var entries: [Entry] = []
  private var nextInode: UInt64 = 2
  private var untold: [Record] = []

  init(oddity: UInt64) { self.oddity = oddity }

  mutating func commit(_ chance: inout Chance) -> Commit {
    var commit = Commit()
    if kinds[1] == nil {
      commit.records.append(create(1, .directory, &chance))
    } else {
      for _ in 0...chance.below(2) { event(&chance, &commit) }
    }
    untold = commit.records
    return commit
  }

  /// The content section of the last commit begins there.
  mutating func settle(at start: LogPosition) {
    for record in untold {
      guard case .setContent(var content) = record else {
        // A checkpoint has no chunk that moves.
        if case .relocate = record { continue }
        history.append(record)
        continue
      }
      for index in content.chunks.indices {
        if case .inline(let offset) = content.chunks[index].location {
          content.chunks[index].location = .stored(.log(start.advanced(by: UInt64(offset))))
        }
        chunks.append(content.chunks[index])
      }
      history.append(.setContent(content))
    }
    untold = []
  }

  private mutating func event(_ chance: inout Chance, _ commit: inout Commit) {
    switch chance.below(16) {
    case 0..<5: commit.records += newcomer(&chance)
    case 5..<9:
      if let file = node(&chance, .file) {
        commit.records.append(.setContent(content(of: file, &chance, &commit.content)))
      }
    case 9:
      if let child = node(&chance, not: .directory), let parent = node(&chance, .directory) {
        commit.records.append(.link(link(&chance, to: child, in: parent)))
      }
    case 10, 11: if let record = unlink(&chance) { commit.records.append(record) }
    case 12: commit.records.append(attributes(&chance))
    case 13, 14: commit.records.append(extendedAttribute(&chance))
    default: if let record = relocate(&chance, &commit.content) { commit.records.append(record) }
    }
  }

  // MARK: Choices

  mutating func isOdd(_ chance: inout Chance) -> Bool { oddity > 0 && chance.once(in: oddity) }

  /// The number of a node of this kind, or of one of another kind, or of none.
  mutating func node(
    _ chance: inout Chance, _ kind: Kind? = nil, not other: Kind? = nil
  ) -> UInt64? {
    if isOdd(&chance) {
      return chance.once(in: 2) ? chance.wild() : 1 + UInt64(chance.below(Int(nextInode)))
    }
    let fitting = kinds.keys.filter {
      (kind == nil || kinds[$0] == kind) && (other == nil || kinds[$0] != other)
    }
    // In an order of their own, so that the seed alone decides.
    return fitting.isEmpty ? nil : chance.pick(fitting.sorted())
  }

  private mutating func any(_ chance: inout Chance) -> UInt64 { node(&chance) ?? 1 }

  // MARK: Events

  private mutating func create(
    _ number: UInt64, _ kind: Kind, _ chance: inout Chance
  ) -> Record {
    kinds[number] = kind
    let type: UInt32 =
      switch kind {
      case .directory: 0o040000
      case .file: 0o100000
      case .symlink: 0o120000
      case .special: 0o010000
      }
    let time = chance.time()
    return .create(
      CreateRecord(
        inode: Inode(rawValue: number),
        mode: isOdd(&chance) ? UInt32(truncatingIfNeeded: chance.word()) : type | 0o644,
        uid: 0, gid: 0, rdev: isOdd(&chance) ? chance.wild() : 0, accessed: time, modified: time,
        changed: time, created: time,
        symlinkTarget: kind == .symlink ? chance.bytes(among: 1...40) : []))
  }

  private mutating func newcomer(_ chance: inout Chance) -> [Record] {
    let number = isOdd(&chance) ? any(&chance) : nextInode
    nextInode = max(nextInode, min(number, 1 << 32) + 1)
    let parent = node(&chance, .directory) ?? 1
    let record = create(
      number, chance.pick([.directory, .file, .file, .symlink, .special]), &chance)
    return [record, .link(link(&chance, to: number, in: parent))]
  }

  private mutating func link(
    _ chance: inout Chance, to child: UInt64, in parent: UInt64
  ) -> LinkRecord {
    var name = chance.name()
    if oddity == 0, isDirectory(parent, name) { name = Name(Array("\(chance.word())".utf8))! }
    let replaced = entries.filter { $0.parent == parent && $0.name == name }.map(\.child)
    entries.removeAll { $0.parent == parent && $0.name == name }
    for old in replaced where !entries.contains(where: { $0.child == old }) { kinds[old] = nil }
    entries.append(Entry(parent: parent, name: name, child: child))
    return LinkRecord(
      parent: Inode(rawValue: parent), name: name, inode: Inode(rawValue: child),
      time: chance.once(in: 10) ? nil : chance.time())
  }

  private func isDirectory(_ parent: UInt64, _ name: Name) -> Bool {
    entries.contains {
      $0.parent == parent && $0.name == name && kinds[$0.child] == .directory
    }
  }

  private mutating func unlink(_ chance: inout Chance) -> Record? {
    if isOdd(&chance) {
      return .unlink(
        UnlinkRecord(
          parent: Inode(rawValue: any(&chance)), name: chance.name(), time: chance.time()))
    }
    guard !entries.isEmpty else { return nil }
    let index = chance.below(entries.count)
    // What is not empty stays.
    guard !entries.contains(where: { $0.parent == entries[index].child }) else { return nil }
    let entry = entries.remove(at: index)
    if !entries.contains(where: { $0.child == entry.child }) { kinds[entry.child] = nil }
    return .unlink(
      UnlinkRecord(
        parent: Inode(rawValue: entry.parent), name: entry.name, time: chance.time()))
  }

  private mutating func attributes(_ chance: inout Chance) -> Record {
    .setAttributes(
      SetAttributesRecord(
        inode: Inode(rawValue: any(&chance)),
        mode: chance.once(in: 2) ? UInt32(truncatingIfNeeded: chance.word()) : nil,
        uid: chance.once(in: 2) ? UInt32(truncatingIfNeeded: chance.wild()) : nil,
        modified: chance.once(in: 2) ? chance.time() : nil,
        changed: chance.once(in: 2) ? chance.time() : nil))
  }

  private mutating func extendedAttribute(_ chance: inout Chance) -> Record {
    let inode = Inode(rawValue: any(&chance))
    let name =
      switch chance.below(6) {
      case 0: Array("system.posix_acl_access".utf8)
      case 1: Array("system.posix_acl_default".utf8)
      case 2 where isOdd(&chance): chance.bytes(among: 0...300)
      default: Array("user.".utf8) + chance.name().bytes
      }
    if chance.once(in: 4) {
      return .removeExtendedAttribute(
        RemoveExtendedAttributeRecord(inode: inode, name: name, changed: chance.time()))
    }
    return .setExtendedAttribute(
      SetExtendedAttributeRecord(
        inode: inode, name: name, value: accessControlList(&chance), changed: chance.time()))
  }

  /// What an access control list looks like, or any bytes.
  private mutating func accessControlList(_ chance: inout Chance) -> [UInt8] {
    if chance.once(in: 3) { return chance.bytes(among: 0...100) }
    let entries: [UInt16] = chance.pick([
      [1, 4, 0x20], [1, 2, 4, 0x10, 0x20], [1, 4, 8, 0x10, 0x20],
    ])
    var bytes: [UInt8] = [2, 0, 0, 0]
    for tag in entries {
      bytes += [UInt8(tag), 0, UInt8(chance.below(8)), 0]
      bytes += tag == 2 || tag == 8 ? [7, 0, 0, 0] : [255, 255, 255, 255]
    }
    if isOdd(&chance) { chance.damage(&bytes) }
    return bytes
  }
}
