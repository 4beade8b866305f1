import Glibc
import LogFormat

/// A thread that replaces a file again and again. Its next lookup of the file is most likely for
/// one more replacement, so it is led to a staged node at once: that spares the walk that a divert
/// takes. If it wanted something else, no harm is done: the node shows what is published until it
/// is opened, and a reader is diverted from it.
struct Replacer: Sendable {
  /// Replacements in a row from which on another is foreseen.
  private static let habit = 2

  let thread: pid_t
  var replacements = 1
  /// Where it staged the last one; where it stages the next, if the kernel still knows it.
  weak var node: KernelNode?

  /// True if the thread is about to replace the file once more.
  func foresees(_ thread: pid_t) -> Bool { self.thread == thread && replacements >= Self.habit }
}

extension NodeTable {
  /// How many files' replacers are known; what is not known costs a walk.
  private static let mostReplacers = 1024

  /// The thread has opened the node for a replacement.
  mutating func noteReplacement(by thread: pid_t, on node: KernelNode) {
    if replacers[node.inode]?.thread == thread {
      replacers[node.inode]?.replacements += 1
      replacers[node.inode]?.node = node
    } else {
      if replacers.count >= Self.mostReplacers { replacers.removeAll(keepingCapacity: true) }
      replacers[node.inode] = Replacer(thread: thread, node: node)
    }
  }

  /// The thread does something else with the file than to replace it.
  mutating func breakHabit(of thread: pid_t, on inode: Inode) {
    if replacers[inode]?.thread == thread { replacers[inode] = nil }
  }

  /// The staged node that a lookup of the file by this thread is led to, counted, since it is going
  /// to be replaced; nil if nothing of the kind is foreseen.
  mutating func foreseenNode(_ thread: pid_t, _ inode: Inode, at dentry: Dentry) -> KernelNode? {
    guard let replacer = replacers[inode], replacer.foresees(thread), !isDiverted(thread) else {
      return nil
    }
    let node: KernelNode
    if let last = replacer.node, last.lookups > 0, last.opening == nil, last.isReplacement {
      node = last
    } else {
      node = makeStaged(of: file(inode), isReplacement: true)
      node.showsPublished = true
    }
    replacers[inode]?.node = node
    node.asked(by: dentry)
    count(node)
    return node
  }

  /// Whether the thread was led to the node so that it can replace the file.
  func isForeseen(_ node: KernelNode, by thread: pid_t) -> Bool {
    guard let replacer = replacers[node.inode] else { return false }
    return replacer.foresees(thread) && replacer.node === node && node.opening == nil
  }
}
