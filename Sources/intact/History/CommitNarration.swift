import LogFormat

/// What the records of one commit come to, in words.
struct CommitNarration {
  private(set) var names: NameIndex
  private var created: [Inode: CreateRecord] = [:]
  private var written: [Inode: UInt64] = [:]
  private var changed: [Inode] = []
  private var linked: [NameIndex.Place] = []
  private var unlinked: [(place: NameIndex.Place, path: String, inode: Inode?)] = []
  private var replaced: Set<Inode> = []
  private var moved = 0

  /// - Parameter names: as they were before the commit.
  init(names: NameIndex) { self.names = names }

  mutating func add(_ record: Record) {
    switch record {
    case .create(let record): created[record.inode] = record
    case .setContent(let record): written[record.inode] = record.size
    case .setAttributes(let record): change(record.inode)
    case .setExtendedAttribute(let record): change(record.inode)
    case .removeExtendedAttribute(let record): change(record.inode)
    case .relocate: moved += 1
    case .link(let record):
      let place = NameIndex.Place(parent: record.parent, name: record.name)
      if let old = names[place] { replaced.insert(old) }
      linked.append(place)
      names.link(record)
    case .unlink(let record):
      let place = NameIndex.Place(parent: record.parent, name: record.name)
      let path = names.path(of: place)
      unlinked.append((place, path, names.unlink(place)))
    }
  }

  private mutating func change(_ inode: Inode) {
    if !changed.contains(inode) { changed.append(inode) }
  }

  /// One phrase a change: names first, then content, then the rest.
  mutating func changes() -> [String] {
    var phrases = linked.map { phrase(for: $0) }
    phrases += unlinked.map { "remove \($0.path)" }
    if created[.root] != nil { phrases.insert("create the root", at: 0) }
    let named = Set(linked.compactMap { names[$0] })
    for (inode, size) in written.sorted(by: { $0.key < $1.key }) where created[inode] == nil {
      phrases.append("write \(names.path(of: inode)) (\(ByteCount(size)))")
    }
    for inode in changed where written[inode] == nil && !named.contains(inode) {
      phrases.append("set attributes of \(names.path(of: inode))")
    }
    if moved > 0 { phrases.append("compact: move \(moved) pieces of content") }
    return phrases
  }

  private mutating func phrase(for place: NameIndex.Place) -> String {
    let path = names.path(of: place)
    guard let inode = names[place] else { return "link \(path)" }
    if let create = created[inode] {
      let size = written[inode].map { " (\(ByteCount($0)))" } ?? ""
      return "create \(kind(of: create.mode))\(path)\(size)"
    }
    // A name that goes while the same file gets another is a rename. Whose name it was is not known
    // if it was given in a part of the log that has been recycled.
    if let index = unlinked.firstIndex(where: { $0.inode == inode || $0.inode == nil }) {
      return "rename \(unlinked.remove(at: index).path) to \(path)"
    }
    return replaced.contains(inode) ? "exchange \(path)" : "link \(path)"
  }

  private func kind(of mode: UInt32) -> String {
    switch mode & 0o170000 {
    case 0o040000: "directory "
    case 0o120000: "symlink "
    case 0o100000: ""
    default: "special file "
    }
  }
}
