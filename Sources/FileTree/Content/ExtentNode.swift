/// A persistent search tree of extents in file order: a change makes new nodes on one path and
/// shares the others, so that a version, its successor and a working copy of it cost little more
/// than one of them.
///
/// Balanced by height, with a join as its only way to build (Blelloch, Ferizovic and Sun, "Just
/// Join for Parallel Ordered Sets", 2016). Siblings differ by two at most (Filliâtre and Letouzey,
/// "Functors for Proofs and Programs", 2004).
final class ExtentNode: Sendable {
  let left: ExtentNode?
  let extent: Extent
  let right: ExtentNode?
  let height: Int
  /// Bytes of all extents from here down.
  let allocated: UInt64
  /// Extents from here down.
  let count: Int

  private init(_ left: ExtentNode?, _ extent: Extent, _ right: ExtentNode?) {
    self.left = left
    self.extent = extent
    self.right = right
    height = max(left.height, right.height) + 1
    allocated = (left?.allocated ?? 0) + extent.length + (right?.allocated ?? 0)
    count = (left?.count ?? 0) + 1 + (right?.count ?? 0)
  }

  /// The tree of all these; `extent` lies between the two.
  static func join(_ left: ExtentNode?, _ extent: Extent, _ right: ExtentNode?) -> ExtentNode {
    if let left, left.height > right.height + 2 {
      return balanced(left.left, left.extent, join(left.right, extent, right))
    }
    if let right, right.height > left.height + 2 {
      return balanced(join(left, extent, right.left), right.extent, right.right)
    }
    return ExtentNode(left, extent, right)
  }

  /// The tree of both; what is in `left` lies before what is in `right`.
  static func join(_ left: ExtentNode?, _ right: ExtentNode?) -> ExtentNode? {
    guard let left else { return right }
    guard let right else { return left }
    let (first, rest) = right.removingFirst()
    return join(left, first, rest)
  }

  /// What lies before `offset` and what lies from there on; an extent on both sides is cut.
  static func split(
    _ node: ExtentNode?, at offset: UInt64
  ) -> (before: ExtentNode?, after: ExtentNode?) {
    guard let node else { return (nil, nil) }
    let extent = node.extent
    if offset <= extent.fileOffset {
      let (before, after) = split(node.left, at: offset)
      return (before, join(after, extent, node.right))
    }
    if offset >= extent.fileEnd {
      let (before, after) = split(node.right, at: offset)
      return (join(node.left, extent, before), after)
    }
    return (
      join(node.left, extent.slice(from: extent.fileOffset, to: offset), nil),
      join(nil, extent.slice(from: offset, to: extent.fileEnd), node.right)
    )
  }

  func removingFirst() -> (first: Extent, rest: ExtentNode?) {
    guard let left else { return (extent, right) }
    let (first, rest) = left.removingFirst()
    return (first, .balanced(rest, extent, right))
  }

  func removingLast() -> (rest: ExtentNode?, last: Extent) {
    guard let right else { return (left, extent) }
    let (rest, last) = right.removingLast()
    return (.balanced(left, extent, rest), last)
  }

  /// Calls `body` with the extents that touch the range, in order, until it returns false.
  /// - Returns: false if it did.
  @discardableResult
  func visit<Failure: Error>(
    from start: UInt64, to end: UInt64, _ body: (Extent) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    if let left, extent.fileOffset > start {
      guard try left.visit(from: start, to: end, body) else { return false }
    }
    if extent.fileEnd > start, extent.fileOffset < end {
      guard try body(extent) else { return false }
    }
    if let right, extent.fileEnd < end { return try right.visit(from: start, to: end, body) }
    return true
  }

  /// As `join`, where the heights differ by one more than they may at most.
  private static func balanced(
    _ left: ExtentNode?, _ extent: Extent, _ right: ExtentNode?
  ) -> ExtentNode {
    if let left, left.height > right.height + 2 {
      guard let inner = left.right, left.left.height < inner.height else {
        return ExtentNode(left.left, left.extent, ExtentNode(left.right, extent, right))
      }
      return ExtentNode(
        ExtentNode(left.left, left.extent, inner.left), inner.extent,
        ExtentNode(inner.right, extent, right))
    }
    if let right, right.height > left.height + 2 {
      guard let inner = right.left, right.right.height < inner.height else {
        return ExtentNode(ExtentNode(left, extent, right.left), right.extent, right.right)
      }
      return ExtentNode(
        ExtentNode(left, extent, inner.left), inner.extent,
        ExtentNode(inner.right, right.extent, right.right))
    }
    return ExtentNode(left, extent, right)
  }
}

extension ExtentNode? {
  fileprivate var height: Int { self?.height ?? 0 }
}
