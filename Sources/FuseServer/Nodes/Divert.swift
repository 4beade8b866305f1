import FileTree

/// An `open` or `truncate` that was answered `ESTALE`, so that its thread walks the path once more
/// and is led to another node.
struct Divert: Sendable {
  enum Purpose: Sendable {
    /// To the node that shows the present version.
    case reading
    /// To no node: the name is pending, and not for a reader, nor for another replacing writer (N1,
    /// W1). What comes next is `ENOENT`, or a CREATE.
    case absent(isReplacement: Bool)
    /// To a staged node.
    case writing(KernelNode)
    /// To a node that stands for nothing but this truncation (W4): its lock in the kernel is nobody
    /// else's.
    case truncating(KernelNode)
  }

  let file: KernelFile
  /// The names by which the walk may have come: it comes by one of them again.
  let names: [Dentry]
  let purpose: Purpose
  /// What the walk was led to last: pinned until the open arrives.
  var version: Version?
  /// How often it was answered that the name leads nowhere.
  var absences = 0
  /// Nanoseconds of the monotonic clock.
  private let begun: UInt64

  /// - Parameter node: what is being opened.
  init(_ file: KernelFile, from node: KernelNode, _ purpose: Purpose) {
    self.init(
      file: file, names: node.names + node.askedBy, purpose: purpose, begun: Monotonic.now())
  }

  /// Far more time has passed than a walk takes: it was given up.
  var isOver: Bool { Monotonic.now() >= begun + 30 * Monotonic.second }

  /// Whether a lookup of this name by its thread is the walk's last step, although the name leads
  /// to another file by now.
  func mayLead(by name: Dentry) -> Bool { isRecent && names.contains(name) }

  var isRecent: Bool { Monotonic.now() < begun + Monotonic.second }

  /// The same walk to another file.
  func redirected(to file: KernelFile, _ purpose: Purpose) -> Divert {
    Divert(file: file, names: names, purpose: purpose, begun: begun)
  }

  private init(file: KernelFile, names: [Dentry], purpose: Purpose, begun: UInt64) {
    self.file = file
    self.names = names
    self.purpose = purpose
    self.begun = begun
  }

  /// The node that the walk is led to; nil if that is the published one.
  var target: KernelNode? {
    switch purpose {
    case .reading, .absent: nil
    case .writing(let node), .truncating(let node): node
    }
  }

  /// Whether it is for an open of this kind, and not left over from another.
  func serves(_ flags: OpenFlags) -> Bool {
    switch purpose {
    case .reading: !flags.writes
    case .writing, .truncating: flags.writes
    case .absent: true
    }
  }

  var isAbsent: Bool {
    if case .absent = purpose { true } else { false }
  }

  /// A pending name that others create for updating may be joined.
  var isForUpdating: Bool {
    if case .writing(let node) = purpose { !node.isReplacement } else { false }
  }

  var isForWriting: Bool {
    if case .writing = purpose { true } else { false }
  }
}
