import FileTree

/// An `open` or `truncate` that was answered `ESTALE`, so that its thread walks the path once more and is led to another node.
struct Divert: Sendable {
  enum Purpose: Sendable {
    /// To the node that shows the present version.
    case reading
    /// To a staged node.
    case writing(KernelNode)
    /// To a node that stands for nothing but this truncation (W4): its lock in the kernel is nobody else's.
    case truncating(KernelNode)
  }

  let file: KernelFile
  let purpose: Purpose
  /// What the walk was led to last: pinned until the open arrives.
  var version: Version?
  /// Nanoseconds of the monotonic clock.
  private let begun = Monotonic.now()

  init(_ file: KernelFile, _ purpose: Purpose) {
    self.file = file
    self.purpose = purpose
  }

  /// Far more time has passed than a walk takes: it was given up.
  var isOver: Bool { Monotonic.now() >= begun + 30 * Monotonic.second }

  /// Whether an open of `other` may be the end of this walk. The name may lead to another file by now, and then the kernel does not walk a
  /// third time; while an open that has nothing to do with a walk that was given up should not be taken for its end.
  func mayEnd(at other: KernelFile) -> Bool {
    other.inode == file.inode ? !isOver : Monotonic.now() < begun + Monotonic.second
  }

  /// The node that the walk is led to; nil if that is the published one.
  var target: KernelNode? {
    switch purpose {
    case .reading: nil
    case .writing(let node), .truncating(let node): node
    }
  }

  var isForWriting: Bool {
    if case .writing = purpose { true } else { false }
  }
}
