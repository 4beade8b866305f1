import LogFormat

/// A file of any type at one instant. Immutable, so that the states of the tree share it.
final class Node: Sendable {
  let attributes: NodeAttributes
  let body: NodeBody

  init(_ attributes: NodeAttributes, _ body: NodeBody) {
    self.attributes = attributes
    self.body = body
  }

  var inode: Inode { attributes.inode }

  func changing(_ change: (inout NodeAttributes) -> Void) -> Node {
    var changed = attributes
    change(&changed)
    return Node(changed, body)
  }

  func with(_ body: NodeBody) -> Node { Node(attributes, body) }

  var file: FileBody? {
    if case .file(let file) = body { file } else { nil }
  }

  var directory: Directory? {
    if case .directory(let directory) = body { directory } else { nil }
  }
}

/// What makes one type of file differ from another.
enum NodeBody: Sendable {
  case file(FileBody)
  case directory(Directory)
  case symlink(target: [UInt8])
  /// A fifo, a socket or a device node.
  case special
}
