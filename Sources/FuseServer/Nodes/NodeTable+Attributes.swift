import FileTree
import Glibc

/// What the kernel is allowed to believe without asking.
extension NodeTable {
  /// For what only the kernel's requests and our notifications change, in seconds.
  static let forever = 1e7

  /// How long the kernel may believe that a name leads to a file: for ever, until it is told
  /// otherwise. But not while the file is changing: then it is cheaper to be asked, and no commit
  /// has to wait until the kernel has forgotten the name.
  static func belief(_ attributes: Attributes) -> Double {
    attributes.changed.seconds < time(nil) - 1 ? forever : 0
  }

  /// How long the kernel may believe the attributes of a node that shows the published version.
  mutating func believe(_ node: KernelNode) -> Double {
    guard node.writers == 0 else { return 0 }
    node.isBelieved = true
    return NodeTable.forever
  }

  /// Those of the nodes that the kernel has to be told of, because their attributes have changed.
  mutating func disbelieve(_ nodes: [KernelNode]) -> [KernelNode] {
    let believed = nodes.filter(\.isBelieved)
    for node in believed { node.isBelieved = false }
    return believed
  }
}
