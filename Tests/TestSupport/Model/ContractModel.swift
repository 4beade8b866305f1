/// The contract as values: what a tree is to show after any calls, what readers and writers see,
/// and what may not be lost. It knows nothing of logs and disks.
public struct ContractModel: Sendable {
  typealias Node = Int
  typealias Version = Int

  enum Body: Sendable {
    case file(Version)
    case directory([String: Node])
    case symlink
  }

  struct File: Sendable {
    var body: Body
    var mode: UInt32
    var attribute: UInt8?
    /// Names that lead to it.
    var names = 0
  }

  struct Key: Hashable, Sendable {
    var directory: Node
    var name: String
  }

  /// A name that is being created (N1), or was and is nobody's any more.
  struct Pending: Sendable {
    var key: Key?
    /// Who creates it, in the order of their opens.
    var writers: [Int] = []
  }

  static let root: Node = 0
  public static let symlinkTarget = "elsewhere"

  /// With `durability=fsync` a close does not wait for the disk (D2).
  public let waitsOnClose: Bool
  /// What is published.
  var files: [Node: File] = [root: File(body: .directory([:]), mode: 0o755)]
  /// Contents by version; those of versions that were replaced stay for their readers (R4).
  var contents: [Version: [UInt8]] = [:]
  var pending: [Node: Pending] = [:]
  var pendingNames: [Key: Node] = [:]
  var writers: [Int: Writer] = [:]
  /// What all who update a file share (W2).
  var workingCopies: [Node: WorkingCopy] = [:]
  var readers: [Int: Reader] = [:]
  private var lastNode = root
  private var lastVersion = 0

  public init(waitsOnClose: Bool = true) { self.waitsOnClose = waitsOnClose }

  mutating func newNode() -> Node {
    lastNode += 1
    return lastNode
  }

  mutating func newVersion(_ bytes: [UInt8]) -> Version {
    lastVersion += 1
    contents[lastVersion] = bytes
    return lastVersion
  }

  /// The daemon or the machine has stopped: what was staged is gone (C8).
  public mutating func stop() {
    writers = [:]
    workingCopies = [:]
    readers = [:]
    pending = [:]
    pendingNames = [:]
  }
}

extension ContractModel {
  /// A descriptor for writing.
  struct Writer: Sendable {
    var file: Node
    /// Its own content (W1); nil for one that updates.
    var own: WorkingCopy?
  }

  /// A descriptor for reading, pinned to its version (R2).
  struct Reader: Sendable {
    var version: Version
    /// Bytes that the version had when it was opened: growth by appends may be seen (R3).
    var count: Int
  }
}

extension ContractModel {
  /// What all paths show.
  public var visible: VisibleTree {
    var tree = VisibleTree()
    var first: [Node: String] = [:]
    for (path, node) in paths {
      let file = files[node]!
      let kind: VisibleTree.Entry.Kind =
        switch file.body {
        case .file(let version): .file(contents[version]!)
        case .directory: .directory
        case .symlink: .symlink(target: Self.symlinkTarget)
        }
      let sameAs = first[node] ?? path
      first[node] = sameAs
      tree.entries[path] = VisibleTree.Entry(
        kind: kind, mode: file.mode, attribute: file.attribute, sameAs: sameAs)
    }
    return tree
  }

  /// Every path below the root, in order, and where it leads.
  private var paths: [(String, Node)] {
    var paths: [(String, Node)] = []
    for (name, node) in entries(of: Self.root) ?? [:] {
      paths.append((name, node))
      for (inner, child) in entries(of: node) ?? [:] { paths.append(("\(name)/\(inner)", child)) }
    }
    return paths.sorted { $0.0 < $1.0 }
  }
}
