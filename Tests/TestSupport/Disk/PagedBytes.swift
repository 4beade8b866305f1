import Glibc

/// A file's bytes, in pages: pages of zeros take no memory.
struct PagedBytes: Sendable {
  static let pageSize = 4096
  private static let zeroPage = [UInt8](repeating: 0, count: pageSize)

  private(set) var count = 0
  private var pages: [Int: [UInt8]] = [:]

  /// Pages that are not all zeros.
  var pageCount: Int { pages.count }

  /// Cuts, or lengthens with zeros.
  mutating func resize(to newCount: Int) {
    if newCount < count {
      let kept = newCount / Self.pageSize
      let rest = newCount % Self.pageSize
      pages = pages.filter { $0.key < kept || ($0.key == kept && rest > 0) }
      if rest > 0, var page = pages[kept] {
        for index in rest..<Self.pageSize { page[index] = 0 }
        pages[kept] = page
      }
    }
    count = newCount
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    count = max(count, offset + bytes.count)
    var done = 0
    while done < bytes.count {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let length = min(Self.pageSize - start, bytes.count - done)
      let part = UnsafeRawBufferPointer(rebasing: bytes[done..<done + length])
      done += length
      if pages[page] == nil {
        let isZero = Self.zeroPage.withUnsafeBytes {
          memcmp($0.baseAddress!, part.baseAddress!, length) == 0
        }
        if isZero { continue }
      }
      pages[page, default: Self.zeroPage].withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[start..<start + length]).copyMemory(from: part)
      }
    }
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let total = max(0, min(buffer.count, count - offset))
    var done = 0
    while done < total {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let length = min(Self.pageSize - start, total - done)
      (pages[page] ?? Self.zeroPage).withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + length])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + length]))
      }
      done += length
    }
    return total
  }
}
