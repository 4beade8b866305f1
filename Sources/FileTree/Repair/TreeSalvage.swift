import CommitLog
import LogFormat

/// Builds a tree from what is left of a damaged log. What does not fit is made to fit as far as it
/// says something of what is there, and left out otherwise; what comes to be in doubt is noted.
struct TreeSalvage: SalvageRecovery {
  private(set) var recovery = TreeRecovery()
  /// Files whose content may not be what it was.
  private(set) var doubts: [Inode: FileLoss.Reason] = [:]
  /// Commits without a proof that changed names or attributes last.
  private(set) var changes: [Inode: CommitSequence] = [:]
  /// Files that lost their last name after commits were lost. One of those may have given them
  /// another.
  private(set) var unlinked: Set<Inode> = []

  /// What files held before, oldest first: proven then, and perhaps still there.
  private(set) var earlier: [Inode: [FileBody]] = [:]

  /// How many of those are remembered of each file.
  private static let earlierMax = 4

  /// The tree before the last commits that are missing.
  private var before: TreeState?
  /// The last of them.
  private var lastMissing = CommitSequence.zero
  /// Files whose whole content comes from after them.
  private var renewed: Set<Inode> = []

  var state: TreeState { recovery.state }

  mutating func restore(_ record: Record) {
    apply(record, from: nil, isProven: true)
  }

  mutating func replay(_ commit: RecoveredCommit) {
    replay(commit, isProven: true)
  }

  mutating func replay(unproven commit: RecoveredCommit) {
    replay(commit, isProven: false)
  }

  mutating func miss(_ commits: ClosedRange<CommitSequence>) {
    before = state
    lastMissing = commits.upperBound
    renewed = []
  }

  /// The tree as it is to be saved.
  mutating func finish(nextInode: UInt64?) {
    // A number that no file can have is damage itself, and nothing is lost without it.
    if let nextInode { try? recovery.state.reserveInodes(below: nextInode) }
    requireDirectory(.root)
  }

  private mutating func replay(_ commit: RecoveredCommit, isProven: Bool) {
    let victims = commit.records.compactMap { victim(of: $0) }
    for record in commit.records { apply(record, from: commit, isProven: isProven) }
    recovery.state.endCommit()
    for node in victims where state[node.inode] == nil && before?[node.inode] != nil {
      recovery.state.insert(nameless: node)
      unlinked.insert(node.inode)
    }
  }

  /// The node that a record takes a name from.
  private func victim(of record: Record) -> Node? {
    guard before != nil else { return nil }
    let inode =
      switch record {
      case .link(let link): state.entry(link.name, in: link.parent)
      case .unlink(let unlink): state.entry(unlink.name, in: unlink.parent)
      default: nil as Inode?
      }
    return inode.flatMap { state[$0] }
  }

  private mutating func apply(
    _ record: Record, from commit: RecoveredCommit?, isProven: Bool
  ) {
    prepare(record)
    if case .setContent(let content) = record { remember(content.inode) }
    do {
      try recovery.apply(record, contentStart: commit?.contentStart)
    } catch {
      // It speaks of what is lost.
      return
    }
    note(record, commit?.sequence ?? .zero, isProven: isProven)
  }

  /// Makes what a record needs and commits that are lost must have made.
  private mutating func prepare(_ record: Record) {
    switch record {
    case .setContent(let record) where state[record.inode] == nil:
      insert(record.inode, .file(FileBody(Content())), FileType.regular | 0o600)
      doubts[record.inode] = .gone
    case .link(let link):
      requireDirectory(link.parent)
      if state[link.inode] == nil {
        insert(link.inode, .file(FileBody(Content())), FileType.regular | 0o600)
        doubts[link.inode] = .gone
      }
      if before != nil { removeOldName(of: link.inode) }
    default: break
    }
  }

  private mutating func remember(_ inode: Inode) {
    guard doubts[inode] == nil, let file = state[inode]?.file, file.content.size > 0 else { return }
    var versions = earlier[inode, default: []]
    if versions.count == Self.earlierMax { versions.removeFirst() }
    versions.append(file)
    earlier[inode] = versions
  }

  /// A directory has one name: an older one that is still there was taken away by a lost commit, or
  /// is by this one.
  private mutating func removeOldName(of inode: Inode) {
    guard let parent = state[inode]?.directory?.parent,
      let entries = state[parent]?.directory?.entries
    else { return }
    for (name, child) in entries where child == inode {
      let time = Timestamp(seconds: 0, nanoseconds: 0)
      // It is there, so it fits.
      try? recovery.state.apply(.unlink(UnlinkRecord(parent: parent, name: name, time: time)))
    }
  }

  private mutating func requireDirectory(_ inode: Inode) {
    guard state[inode]?.directory == nil else { return }
    // Nothing but its name was known so far.
    guard inode == .root || state[inode] == nil || doubts[inode] == .gone else { return }
    doubts[inode] = nil
    let mode: UInt32 = inode == .root ? 0o755 : 0o700
    insert(inode, .directory(Directory(parent: inode)), FileType.directory | mode)
  }

  private mutating func insert(_ inode: Inode, _ body: NodeBody, _ mode: UInt32) {
    let time = Timestamp.now()
    let record = CreateRecord(
      inode: inode, mode: mode, uid: Platform.userID, gid: Platform.groupID, rdev: 0,
      accessed: time, modified: time, changed: time, created: time, symlinkTarget: [])
    recovery.state.insert(nameless: Node(NodeAttributes(record), body))
  }

  /// Notes what is in doubt after a record, and what no longer is.
  private mutating func note(_ record: Record, _ sequence: CommitSequence, isProven: Bool) {
    switch record {
    case .create(let create):
      doubts[create.inode] = isProven ? nil : .unproven(sequence)
      changes[create.inode] = isProven ? nil : sequence
      renewed.insert(create.inode)
    case .setContent(let content):
      note(content, sequence, isProven: isProven)
    case .setAttributes(let attributes):
      if !isProven { changes[attributes.inode] = sequence }
    case .setExtendedAttribute(let attribute):
      if !isProven { changes[attribute.inode] = sequence }
    case .removeExtendedAttribute(let attribute):
      if !isProven { changes[attribute.inode] = sequence }
    case .link(let link):
      if !isProven { changes[link.inode] = sequence }
    case .unlink, .relocate: break
    }
  }

  private mutating func note(
    _ content: ContentRecord, _ sequence: CommitSequence, isProven: Bool
  ) {
    if content.replacesAll {
      doubts[content.inode] = isProven ? nil : .unproven(sequence)
      renewed.insert(content.inode)
    } else if !isProven {
      doubts[content.inode] = .unproven(sequence)
    } else if doubts[content.inode] == .gone || before != nil && !renewed.contains(content.inode) {
      doubts[content.inode] = .mixed(lastMissing)
    }
  }
}
