/// Where each range of a file's content is: extents in file order that never overlap. What lies
/// between them is a hole.
///
/// A value; a copy costs nothing, a change the logarithm of the number of extents.
struct ExtentMap: Sendable {
  private enum Storage: Sendable {
    case empty
    /// All that most files have is one chunk: it takes no node.
    case whole(Chunk)
    case tree(ExtentNode)
  }

  private var storage = Storage.empty

  private var root: ExtentNode? {
    get {
      switch storage {
      case .empty: nil
      case .whole(let chunk): .join(nil, Extent(whole: chunk), nil)
      case .tree(let root): root
      }
    }
    set {
      guard let newValue else {
        storage = .empty
        return
      }
      let isWhole = newValue.count == 1 && newValue.extent.isWhole
      storage = isWhole ? .whole(newValue.extent.chunk) : .tree(newValue)
    }
  }

  /// Bytes that have content, holes left out.
  var allocated: UInt64 {
    switch storage {
    case .empty: 0
    case .whole(let chunk): chunk.length
    case .tree(let root): root.allocated
    }
  }

  var count: Int {
    switch storage {
    case .empty: 0
    case .whole: 1
    case .tree(let root): root.count
    }
  }

  /// Calls `body` with the extents that touch the range, in file order, until it returns false.
  /// - Returns: false if it did.
  @discardableResult
  func visit<Failure: Error>(
    from start: UInt64 = 0, to end: UInt64 = .max, _ body: (Extent) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    switch storage {
    case .empty: return true
    case .whole(let chunk):
      let extent = Extent(whole: chunk)
      guard extent.fileEnd > start, end > 0 else { return true }
      return try body(extent)
    case .tree(let root): return try root.visit(from: start, to: end, body)
    }
  }

  /// Calls `body` with the extents that touch the range, in file order.
  func forEach<Failure: Error>(
    from start: UInt64 = 0, to end: UInt64 = .max, _ body: (Extent) throws(Failure) -> Void
  ) throws(Failure) {
    try visit(from: start, to: end) { extent throws(Failure) in
      try body(extent)
      return true
    }
  }

  /// The first extent that ends after `offset`.
  func first(endingAfter offset: UInt64) -> Extent? {
    var found: Extent?
    visit(from: offset) { extent in
      found = extent
      return false
    }
    return found
  }

  /// Makes the range show `extent`, whatever it showed before.
  mutating func insert(_ extent: Extent) {
    if case .empty = storage, extent.isWhole {
      storage = .whole(extent.chunk)
      return
    }
    var extent = extent
    var (before, after) = parts(around: extent.fileOffset, extent.fileEnd)
    if let (rest, last) = before?.removingLast(), last.isContinued(by: extent) {
      extent = Extent(
        fileOffset: last.fileOffset, length: last.length + extent.length, chunk: last.chunk,
        chunkOffset: last.chunkOffset)
      before = rest
    }
    if let (first, rest) = after?.removingFirst(), extent.isContinued(by: first) {
      extent.length += first.length
      after = rest
    }
    root = .join(before, extent, after)
  }

  /// Makes the range a hole.
  mutating func punch(from start: UInt64, to end: UInt64) {
    let (before, after) = parts(around: start, end)
    root = .join(before, after)
  }

  /// Makes the range show what it shows in `other`.
  mutating func replace(_ range: Range<UInt64>, with other: ExtentMap) {
    let (before, after) = parts(around: range.lowerBound, range.upperBound)
    let (_, tail) = ExtentNode.split(other.root, at: range.lowerBound)
    let (part, _) = ExtentNode.split(tail, at: range.upperBound)
    root = .join(.join(before, part), after)
  }

  /// Drops everything from `size` on.
  mutating func cut(at size: UInt64) {
    switch storage {
    case .empty: return
    case .whole(let chunk) where chunk.length <= size: return
    case .whole, .tree: root = ExtentNode.split(root, at: size).before
    }
  }

  private func parts(
    around start: UInt64, _ end: UInt64
  ) -> (before: ExtentNode?, after: ExtentNode?) {
    let (before, rest) = ExtentNode.split(root, at: start)
    return (before, ExtentNode.split(rest, at: end).after)
  }
}
