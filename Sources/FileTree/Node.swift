import LogFormat

/// A file of any type at one instant. The states of the tree share it, so that it changes only
/// where a single state has it, and nothing else refers to it: see ``NodeMap``.
final class Node: @unchecked Sendable {
  var attributes: NodeAttributes
  var body: NodeBody

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

  var file: FileBody? {
    if case .file(let file) = body { file } else { nil }
  }

  var directory: Directory? {
    if case .directory(let directory) = body { directory } else { nil }
  }

  var isDirectory: Bool {
    if case .directory = body { true } else { false }
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
