import LogFormat

/// What was visible and is not any more, because the log failed before it was durable (F1).
public struct TakenBack: Sendable {
  /// A name in a directory.
  public struct Entry: Hashable, Sendable {
    public var directory: Inode
    public var name: Name
  }

  /// Names that may lead elsewhere now, or nowhere.
  public private(set) var entries: Set<Entry> = []
  /// Files of every type that may have gone, be there again, or be what they were.
  public private(set) var inodes: Set<Inode> = []
  /// Of these, those that had gone and are there again.
  public private(set) var restored: Set<Inode> = []

  init(_ lost: [OrderedCommit], visible: TreeState, durable: TreeState) {
    for commit in lost { add(commit) }
    for entry in entries {
      for state in [visible, durable] {
        if let inode = state.entry(entry.name, in: entry.directory) { inodes.insert(inode) }
      }
    }
    restored = inodes.filter { visible[$0] == nil && durable[$0] != nil }
  }

  private mutating func add(_ commit: OrderedCommit) {
    for record in commit.records {
      switch record {
      case .create(let record): inodes.insert(record.inode)
      case .setAttributes(let record): inodes.insert(record.inode)
      case .setContent(let record): inodes.insert(record.inode)
      case .setExtendedAttribute(let record): inodes.insert(record.inode)
      case .removeExtendedAttribute(let record): inodes.insert(record.inode)
      case .link(let record):
        inodes.formUnion([record.parent, record.inode])
        entries.insert(Entry(directory: record.parent, name: record.name))
      case .unlink(let record):
        inodes.insert(record.parent)
        entries.insert(Entry(directory: record.parent, name: record.name))
      case .relocate: break
      }
    }
  }
}
