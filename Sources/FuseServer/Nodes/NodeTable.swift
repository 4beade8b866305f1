import FileTree
import Glibc
import LogFormat

/// The nodes that the kernel knows, the names that it may remember, and the walks that are being
/// diverted.
///
/// Lives behind one lock, which is never held over a call of the tree, an answer or a notification.
struct NodeTable: Sendable {
  /// A name that the kernel was told, with the number of the answer that told it.
  struct Remembered {
    let node: KernelNode
    let answer: UInt64
  }

  private var nodes: [UInt64: KernelNode] = [:]
  private var fixed: [Inode: KernelNode] = [:]
  private var files: [Inode: KernelFile] = [:]
  private var dentries: [Dentry: Remembered] = [:]
  private var answers: UInt64 = 0
  private var diverts: [pid_t: Divert] = [:]
  /// Who keeps replacing which file.
  var replacers: [Inode: Replacer] = [:]
  private var nextID = UInt64(1)

  init() {
    let root = KernelNode(id: newID(), inode: .root, kind: .fixed)
    // The kernel never looks the root up and never forgets it.
    root.lookups = 1
    nodes[root.id] = root
    fixed[.root] = root
  }

  private mutating func newID() -> UInt64 {
    defer { nextID += 1 }
    return nextID
  }

  subscript(id: UInt64) -> KernelNode? { nodes[id] }

  mutating func file(_ inode: Inode) -> KernelFile {
    if let file = files[inode] { return file }
    let file = KernelFile(inode)
    files[inode] = file
    return file
  }

  func knownFile(_ inode: Inode) -> KernelFile? { files[inode] }

  func knownFixed(_ inode: Inode) -> KernelNode? { fixed[inode] }

  /// What is not a regular file is led to another node from now on.
  mutating func renewFixed(_ inode: Inode) { fixed[inode] = nil }

  func openings(of inode: Inode) -> [OpenStaging] { files[inode]?.openings ?? [] }

  // MARK: What lookups answer; each counts as one reference of the kernel.

  mutating func lookUpFixed(_ attributes: Attributes) -> KernelNode {
    let node =
      fixed[attributes.inode] ?? KernelNode(id: newID(), inode: attributes.inode, kind: .fixed)
    node.remembered = attributes
    fixed[attributes.inode] = node
    count(node)
    return node
  }

  /// The node of `version`.
  /// - Parameter isBelieved: whether the kernel will remember the name for it.
  mutating func lookUpPublished(
    _ version: Version, _ attributes: Attributes, at dentry: Dentry, isBelieved: Bool
  ) -> KernelNode {
    let file = file(attributes.inode)
    let node: KernelNode
    if let known = file.published.first(where: { $0.version === version && !$0.isFrozen }) {
      node = known
    } else {
      node = KernelNode(id: newID(), inode: attributes.inode, kind: .published, file: file)
      node.version = version
      file.published.append(node)
    }
    node.remembered = attributes
    count(node)
    node.asked(by: dentry)
    if isBelieved { remember(dentry, of: node) }
    return node
  }

  mutating func count(_ node: KernelNode) {
    node.lookups += 1
    nodes[node.id] = node
  }

  mutating func forget(_ id: UInt64, _ lookups: UInt64) {
    guard let node = nodes[id] else { return }
    node.lookups -= min(lookups, node.lookups)
    guard node.lookups == 0 else { return }
    nodes[id] = nil
    for dentry in node.names { dentries[dentry] = nil }
    node.names = []
    switch node.kind {
    case .fixed:
      if fixed[node.inode] === node { fixed[node.inode] = nil }
    case .published:
      guard let file = node.file else { return }
      file.published.removeAll { $0 === node }
      dropIfUnused(file)
    case .staged:
      dropIfUnused(node)
    }
  }

  /// A staged node that nobody has open and the kernel does not know serves nobody any more.
  mutating func dropIfUnused(_ node: KernelNode) {
    guard let file = node.file, node.opening == nil, node.lookups == 0,
      !diverts.values.contains(where: { $0.target === node })
    else { return }
    if node.isCounted {
      node.isCounted = false
      file.staged -= 1
    }
    if file.live === node { file.live = nil }
    dropIfUnused(file)
  }

  mutating func dropIfUnused(_ file: KernelFile) {
    if file.isUnused, files[file.inode] === file { files[file.inode] = nil }
  }

  // MARK: Staged nodes

  mutating func makeStaged(of file: KernelFile, isReplacement: Bool) -> KernelNode {
    let node = KernelNode(
      id: newID(), inode: file.inode, kind: .staged, file: file, isReplacement: isReplacement)
    node.isCounted = true
    file.staged += 1
    return node
  }

  /// The node of the working copy, before or after it has begun.
  mutating func liveNode(of file: KernelFile) -> KernelNode {
    if let live = file.live { return live }
    let node = makeStaged(of: file, isReplacement: false)
    file.live = node
    return node
  }

  // MARK: Names

  mutating func remember(_ dentry: Dentry, of node: KernelNode) {
    answers += 1
    let former = dentries.updateValue(
      Remembered(node: node, answer: answers), forKey: dentry)?.node
    guard former !== node else { return }
    former?.names.removeAll { $0 == dentry }
    node.names.append(dentry)
  }

  /// - Parameter answer: the kernel may have been told the name once more; then it stays.
  @discardableResult
  mutating func forgetName(_ dentry: Dentry, toldBy answer: UInt64? = nil) -> KernelNode? {
    guard let remembered = dentries[dentry], answer == nil || answer == remembered.answer else {
      return nil
    }
    dentries[dentry] = nil
    remembered.node.names.removeAll { $0 == dentry }
    return remembered.node
  }

  /// What a rename does to the names that the kernel remembers. Returns the nodes that have other
  /// names now.
  mutating func moveName(_ source: Dentry, to target: Dentry, exchanging: Bool) -> [KernelNode] {
    let moved = forgetName(source)
    let replaced = forgetName(target)
    if let moved { remember(target, of: moved) }
    if exchanging, let replaced { remember(source, of: replaced) }
    return [moved, replaced].compactMap { $0 }
  }

  /// A name that the kernel may still lead to a node that does not show what is published.
  func outdatedName(of file: KernelFile, current: Version?) -> (Dentry, answer: UInt64)? {
    for node in file.published where node.version !== current || node.isFrozen {
      if let dentry = node.names.first, let told = dentries[dentry] { return (dentry, told.answer) }
    }
    return nil
  }

  // MARK: Diverts

  /// From now on the thread's next lookup of the file is led elsewhere.
  mutating func divert(_ thread: pid_t, _ divert: Divert) {
    for (thread, old) in diverts where old.isOver { drop(old, of: thread) }
    endDivert(thread)
    diverts[thread] = divert
  }

  private mutating func drop(_ divert: Divert, of thread: pid_t) {
    diverts[thread] = nil
    if let node = divert.target { dropIfUnused(node) }
  }

  /// The thread's walk ends otherwise than by an open.
  mutating func endDivert(_ thread: pid_t) {
    if let divert = diverts[thread] { drop(divert, of: thread) }
  }

  /// Whether the thread is on its second walk, or was a moment ago: there is no third.
  func isDiverted(_ thread: pid_t) -> Bool { diverts[thread]?.isRecent ?? false }

  /// The thread's walk has arrived: its divert, if there is one for this file.
  mutating func takeDivert(_ thread: pid_t, of file: KernelFile) -> Divert? {
    guard !diverts.isEmpty, let divert = diverts[thread] else { return nil }
    drop(divert, of: thread)
    // One that went elsewhere, or was answered with absence, has ended there; this is another open.
    guard divert.file.inode == file.inode, !divert.isOver, divert.absences == 0 else { return nil }
    return divert
  }

  /// A lookup by this thread has found nothing: its walk may end there.
  mutating func noteAbsence(_ thread: pid_t) {
    guard !diverts.isEmpty else { return }
    diverts[thread]?.absences += 1
  }

  /// Whether a lookup of a pending name by this thread is to find nothing.
  mutating func takeAbsence(_ thread: pid_t, at name: Dentry) -> Bool {
    guard let divert = diverts[thread], !divert.isForUpdating, divert.mayLead(by: name) else {
      return false
    }
    // The kernel asks whether it still knows the name, and what it leads to; more often where
    // others ask for the name at once.
    diverts[thread]?.absences += 1
    if divert.absences > 8 { drop(divert, of: thread) }
    return true
  }

  /// The node that a lookup of the file by this thread is led to, counted; nil if that is the
  /// published one.
  mutating func divertedNode(
    _ thread: pid_t, _ view: FileView, at dentry: Dentry
  ) -> KernelNode? {
    guard !diverts.isEmpty, let divert = diverts[thread] else { return nil }
    if divert.file.inode != view.attributes.inode || divert.isAbsent {
      // The name leads to another file since, or has been published. The kernel walks only once
      // more, so the open has to succeed there.
      guard divert.mayLead(by: dentry) else {
        noteAbsence(thread)
        return nil
      }
      redirect(divert, of: thread, to: file(view.attributes.inode))
    }
    diverts[thread]?.version = view.version
    diverts[thread]?.absences = 0
    guard let node = diverts[thread]?.target else { return nil }
    node.asked(by: dentry)
    count(node)
    return node
  }

  private mutating func redirect(_ divert: Divert, of thread: pid_t, to file: KernelFile) {
    let purpose: Divert.Purpose =
      switch divert.purpose {
      case .reading, .absent(isReplacement: false): .reading
      case .absent: .writing(makeStaged(of: file, isReplacement: true))
      case .writing(let node) where !node.isReplacement: .writing(liveNode(of: file))
      case .writing: .writing(makeStaged(of: file, isReplacement: true))
      case .truncating: .truncating(makeStaged(of: file, isReplacement: true))
      }
    diverts[thread] = divert.redirected(to: file, purpose)
    if let node = divert.target { dropIfUnused(node) }
  }
}
