import LogFormat

/// The nodes of a tree by their numbers: a value of which a copy costs nothing, and a change of one
/// that is shared copies one path.
///
/// Numbers are given out one after the other, so their bits are the way to a node, five at each
/// branch: nothing is hashed, branches are full, and files that were made together lie together.
struct NodeMap: Sendable {
  /// Has nodes if it is a leaf, branches if not, and neither while it is empty.
  fileprivate struct Branch: Sendable {
    var below: [Branch] = []
    var nodes: [Node?] = []

    var isEmpty: Bool { below.isEmpty && nodes.isEmpty }
  }

  private static let bits: UInt64 = 5
  private static let width = 1 << Int(bits)

  private var root = Branch()
  /// How many bits of a number lead on from the root's branches; 0 if it is a leaf.
  private var shift: UInt64 = 0
  private(set) var count = 0

  subscript(inode: Inode) -> Node? {
    get {
      guard covers(inode) else { return nil }
      return Self.find(inode.rawValue, in: root, shift)
    }
    set {
      guard let newValue else { return remove(inode) }
      while !covers(inode) { grow() }
      if Self.set(newValue, at: inode.rawValue, in: &root, shift) { count += 1 }
    }
  }

  /// Lends a node to be changed; it is changed where it is unless something else refers to it.
  /// - Returns: nil if there is no such node.
  mutating func change<R>(_ inode: Inode, _ change: (Node) -> R) -> R? {
    guard covers(inode) else { return nil }
    return Self.change(inode.rawValue, in: &root, shift, change)
  }

  private mutating func remove(_ inode: Inode) {
    guard self[inode] != nil else { return }
    Self.remove(inode.rawValue, from: &root, shift)
    count -= 1
  }

  /// Whether the branches have a place for this number.
  private func covers(_ inode: Inode) -> Bool {
    inode.rawValue >> shift < UInt64(Self.width)
  }

  private mutating func grow() {
    shift += Self.bits
    guard !root.isEmpty else { return }
    var below = [Branch](repeating: Branch(), count: Self.width)
    below[0] = root
    root = Branch(below: below)
  }

  private static func index(_ number: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: number >> shift) & (width - 1)
  }

  private static func find(_ number: UInt64, in branch: Branch, _ shift: UInt64) -> Node? {
    if branch.isEmpty { return nil }
    let index = index(number, shift)
    return shift == 0 ? branch.nodes[index] : find(number, in: branch.below[index], shift - bits)
  }

  private static func change<R>(
    _ number: UInt64, in branch: inout Branch, _ shift: UInt64, _ change: (Node) -> R
  ) -> R? {
    if branch.isEmpty { return nil }
    let index = index(number, shift)
    guard shift == 0 else {
      return Self.change(number, in: &branch.below[index], shift - bits, change)
    }
    guard branch.nodes[index] != nil else { return nil }
    if !isKnownUniquelyReferenced(&branch.nodes[index]), let node = branch.nodes[index] {
      branch.nodes[index] = Node(node.attributes, node.body)
    }
    return branch.nodes[index].map(change)
  }

  /// - Returns: whether there was none with this number.
  private static func set(
    _ node: Node, at number: UInt64, in branch: inout Branch, _ shift: UInt64
  ) -> Bool {
    let index = index(number, shift)
    guard shift == 0 else {
      if branch.isEmpty { branch.below = [Branch](repeating: Branch(), count: width) }
      return set(node, at: number, in: &branch.below[index], shift - bits)
    }
    if branch.isEmpty { branch.nodes = [Node?](repeating: nil, count: width) }
    defer { branch.nodes[index] = node }
    return branch.nodes[index] == nil
  }

  /// Drops the branches that get empty by it.
  private static func remove(_ number: UInt64, from branch: inout Branch, _ shift: UInt64) {
    let index = index(number, shift)
    if shift > 0 {
      remove(number, from: &branch.below[index], shift - bits)
    } else {
      branch.nodes[index] = nil
    }
    let isEmpty = branch.below.allSatisfy(\.isEmpty) && branch.nodes.allSatisfy { $0 == nil }
    if isEmpty { branch = Branch() }
  }

  /// The first leaf with numbers from `number` on; nil if there is none.
  fileprivate func leaf(from number: UInt64) -> (start: UInt64, nodes: [Node?])? {
    guard number >> shift < UInt64(Self.width) else { return nil }
    return Self.leaf(from: number, in: root, shift, start: 0)
  }

  private static func leaf(
    from number: UInt64, in branch: Branch, _ shift: UInt64, start: UInt64
  ) -> (start: UInt64, nodes: [Node?])? {
    if branch.isEmpty { return nil }
    if shift == 0 { return (start, branch.nodes) }
    let first = number > start ? Int((number - start) >> shift) : 0
    for index in branch.below.indices.dropFirst(first) {
      let found = leaf(
        from: number, in: branch.below[index], shift - bits, start: start + UInt64(index) << shift)
      if let found { return found }
    }
    return nil
  }
}

extension NodeMap: Sequence {
  /// Goes through the nodes in the order of their numbers.
  struct Iterator: IteratorProtocol {
    fileprivate let map: NodeMap
    fileprivate var nodes: ArraySlice<Node?> = []
    /// Where the leaf that `nodes` are of ends.
    fileprivate var end: UInt64 = 0

    mutating func next() -> Node? {
      while true {
        while let node = nodes.popFirst() {
          if let node { return node }
        }
        guard let leaf = map.leaf(from: end) else { return nil }
        nodes = leaf.nodes[...]
        end = leaf.start + UInt64(leaf.nodes.count)
      }
    }
  }

  func makeIterator() -> Iterator { Iterator(map: self) }

  var underestimatedCount: Int { count }
}
