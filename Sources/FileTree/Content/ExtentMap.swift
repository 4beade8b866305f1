/// Where each range of a file's content is: extents in file order that never overlap. What lies
/// between them is a hole.
struct ExtentMap: Sendable {
  private(set) var extents: [Extent] = []

  /// Bytes that have content, holes left out.
  var allocated: UInt64 { extents.reduce(0) { $0 + $1.length } }

  /// Index of the first extent that ends after `offset`.
  func firstIndex(endingAfter offset: UInt64) -> Int {
    var low = 0
    var high = extents.count
    while low < high {
      let middle = (low + high) / 2
      if extents[middle].fileEnd > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Makes the range show `extent`, whatever it showed before.
  mutating func insert(_ extent: Extent) {
    if let last = extents.last, last.fileEnd <= extent.fileOffset {
      appendMerging(extent)
      return
    }
    let index = punch(from: extent.fileOffset, to: extent.fileEnd)
    extents.insert(extent, at: index)
    mergeNeighbours(of: index)
  }

  /// Makes the range a hole; returns the index at which an extent for it would stand.
  @discardableResult
  mutating func punch(from start: UInt64, to end: UInt64) -> Int {
    let first = firstIndex(endingAfter: start)
    var last = first
    while last < extents.count, extents[last].fileOffset < end { last += 1 }
    guard first < last else { return first }
    var kept: [Extent] = []
    let head = extents[first]
    if head.fileOffset < start { kept.append(head.slice(from: head.fileOffset, to: start)) }
    let tail = extents[last - 1]
    if tail.fileEnd > end { kept.append(tail.slice(from: end, to: tail.fileEnd)) }
    extents.replaceSubrange(first..<last, with: kept)
    return head.fileOffset < start ? first + 1 : first
  }

  /// Drops everything from `size` on.
  mutating func cut(at size: UInt64) { punch(from: size, to: .max) }

  private mutating func appendMerging(_ extent: Extent) {
    let last = extents.count - 1
    if extents[last].isContinued(by: extent) {
      extents[last].length += extent.length
    } else {
      extents.append(extent)
    }
  }

  private mutating func mergeNeighbours(of index: Int) {
    if index + 1 < extents.count, extents[index].isContinued(by: extents[index + 1]) {
      extents[index].length += extents[index + 1].length
      extents.remove(at: index + 1)
    }
    if index > 0, extents[index - 1].isContinued(by: extents[index]) {
      extents[index - 1].length += extents[index].length
      extents.remove(at: index)
    }
  }
}
