import LogFormat

/// The nodes of a tree by their numbers: a value of which a copy costs nothing, and a change of one
/// that is shared copies one path.
///
/// Numbers are given out one after the other, so their bits are the way to a node, five at each
/// branch: nothing is hashed, branches are full, and files that were made together lie together.
struct NodeMap: Sendable {
  fileprivate enum Slot: Sendable {
    case empty
    case branch([Slot])
    case node(Node)
  }

  private static let bits: UInt64 = 5
  private static let emptyBranch = [Slot](repeating: .empty, count: 1 << Int(bits))

  /// Empty while the map is.
  private var root: [Slot] = []
  /// How many bits of a number lead on from a slot of the root.
  private var shift: UInt64 = 0
  private(set) var count = 0

  subscript(inode: Inode) -> Node? {
    get {
      guard covers(inode) else { return nil }
      return Self.find(inode.rawValue, in: root, shift)
    }
    set {
      guard let newValue else { return remove(inode) }
      grow(toCover: inode)
      let isNew = Self.update(inode.rawValue, in: &root, shift) { slot in
        defer { slot = .node(newValue) }
        return slot.node == nil
      }
      if isNew { count += 1 }
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
    Self.update(inode.rawValue, in: &root, shift) { $0 = .empty }
    count -= 1
    if count == 0 { self = NodeMap() }
  }

  /// Whether the branches have a place for this number.
  private func covers(_ inode: Inode) -> Bool {
    !root.isEmpty && inode.rawValue >> shift < UInt64(root.count)
  }

  private mutating func grow(toCover inode: Inode) {
    if root.isEmpty { root = Self.emptyBranch }
    while !covers(inode) {
      var above = Self.emptyBranch
      above[0] = .branch(root)
      root = above
      shift += Self.bits
    }
  }

  private static func index(_ number: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: number >> shift) & (1 << Int(bits) - 1)
  }

  private static func find(_ number: UInt64, in slots: [Slot], _ shift: UInt64) -> Node? {
    switch slots[index(number, shift)] {
    case .empty: nil
    case .branch(let below): find(number, in: below, shift - bits)
    case .node(let node): node
    }
  }

  /// What is changed is taken out of its slot meanwhile, so that it need not be copied.
  private static func change<R>(
    _ number: UInt64, in slots: inout [Slot], _ shift: UInt64, _ change: (Node) -> R
  ) -> R? {
    let index = index(number, shift)
    switch slots[index] {
    case .empty: return nil
    case .branch(var below):
      slots[index] = .empty
      defer { slots[index] = .branch(below) }
      return Self.change(number, in: &below, shift - bits, change)
    case .node(var node):
      slots[index] = .empty
      if !isKnownUniquelyReferenced(&node) { node = Node(node.attributes, node.body) }
      defer { slots[index] = .node(node) }
      return change(node)
    }
  }

  /// As ``change(_:in:_:_:)``; makes the branches that are missing, and drops those that get empty.
  @discardableResult
  private static func update<R>(
    _ number: UInt64, in slots: inout [Slot], _ shift: UInt64, _ change: (inout Slot) -> R
  ) -> R {
    let index = index(number, shift)
    guard shift > 0 else { return change(&slots[index]) }
    var below: [Slot]
    if case .branch(let present) = slots[index] { below = present } else { below = emptyBranch }
    slots[index] = .empty
    defer { if !below.allSatisfy(\.isEmpty) { slots[index] = .branch(below) } }
    return update(number, in: &below, shift - bits, change)
  }

  /// The lowest branch that holds the first node from `number` on; nil if there is none.
  fileprivate func leaf(from number: UInt64) -> (start: UInt64, slots: [Slot])? {
    guard !root.isEmpty, number >> shift < UInt64(root.count) else { return nil }
    return Self.leaf(from: number, in: root, shift, start: 0)
  }

  private static func leaf(
    from number: UInt64, in slots: [Slot], _ shift: UInt64, start: UInt64
  ) -> (start: UInt64, slots: [Slot])? {
    guard shift > 0 else { return (start, slots) }
    let first = number > start ? Int((number - start) >> shift) : 0
    for index in first..<Swift.max(first, slots.count) {
      guard case .branch(let below) = slots[index] else { continue }
      let found = leaf(
        from: number, in: below, shift - bits, start: start + UInt64(index) << shift)
      if let found { return found }
    }
    return nil
  }
}

extension NodeMap: Sequence {
  /// Goes through the nodes in the order of their numbers.
  struct Iterator: IteratorProtocol {
    fileprivate let map: NodeMap
    fileprivate var slots: ArraySlice<Slot> = []
    /// Where `slots` ends.
    fileprivate var end: UInt64 = 0

    mutating func next() -> Node? {
      while true {
        while let slot = slots.popFirst() {
          if case .node(let node) = slot { return node }
        }
        guard let leaf = map.leaf(from: end) else { return nil }
        slots = leaf.slots[...]
        end = leaf.start + UInt64(leaf.slots.count)
      }
    }
  }

  func makeIterator() -> Iterator { Iterator(map: self) }

  var underestimatedCount: Int { count }
}

extension NodeMap.Slot {
  fileprivate var isEmpty: Bool {
    if case .empty = self { true } else { false }
  }

  fileprivate var node: Node? {
    if case .node(let node) = self { node } else { nil }
  }
}
