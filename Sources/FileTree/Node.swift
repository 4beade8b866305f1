import LogFormat

/// A file of any type at one instant. The states of the tree share it, so it stays as it is once
/// more than one of them has it, or anything else refers to it.
///
/// Not checked by the compiler: only ``NodeMap`` changes a node, and only one that nothing but the
/// map refers to; whoever has got it from there keeps it from being changed.
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

  /// Of a device node, as `mknod(2)` has it; 0 for others.
  var rdev: UInt64 {
    if case .special(let rdev) = body { rdev } else { 0 }
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
  /// A fifo, a socket or a device node; `rdev` as `mknod(2)` has it, 0 but for the last.
  case special(rdev: UInt64)
}
