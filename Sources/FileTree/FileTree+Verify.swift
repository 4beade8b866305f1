import LogFormat
import struct SystemPackage.Errno

/// A range of a file's content that cannot be read.
public struct DamagedRange: Sendable {
  /// From the root of the tree, without a leading slash; bytes, as names are.
  public var path: [UInt8]
  /// In bytes of the file.
  public var range: Range<UInt64>
  public var location: ContentLocation
}

/// How far a verification has come.
public struct VerifyProgress: Sendable {
  public var files = 0
  public var filesTotal = 0
  /// Bytes of content that were read.
  public var bytes: UInt64 = 0
}

extension FileTree {
  /// Reads all content and checks every checksum; returns what is damaged, by path. `report` is
  /// called now and then.
  public func verify(_ report: (VerifyProgress) -> Void) -> [DamagedRange] {
    let state = core.withLock { $0.state }
    var verification = Verification(state: state)
    verification.walk(report)
    return verification.damage
  }
}

private struct Verification {
  private static let step = UInt64(1 << 20)

  let state: TreeState
  var progress = VerifyProgress()
  var damage: [DamagedRange] = []
  /// Where in `damage` the ranges of a file are; so that each of its names is told, and its content
  /// read once.
  private var found: [Inode: Range<Int>] = [:]
  private let buffer = ContentBlockBuffer(byteCount: Int(step))

  init(state: TreeState) {
    self.state = state
    progress.filesTotal = state.nodes.count
  }

  /// Goes through the tree from its root; however deep it is, the stack is not.
  mutating func walk(_ report: (VerifyProgress) -> Void) {
    var waiting: [(inode: Inode, path: [UInt8])] = [(.root, [])]
    while let (inode, path) = waiting.popLast() {
      guard let node = state[inode] else { continue }
      guard !repeatDamage(of: inode, at: path) else { continue }
      progress.files += 1
      let start = damage.count
      node.file?.content.extents.forEach { check($0, path, report) }
      found[inode] = start..<damage.count
      report(progress)
      for (name, child) in node.directory?.entries ?? [:] {
        let prefix = path.isEmpty ? [] : path + [UInt8(ascii: "/")]
        waiting.append((child, prefix + name.bytes))
      }
    }
  }

  /// Tells the damage of a file that has been read under another name; false if it has not.
  private mutating func repeatDamage(of inode: Inode, at path: [UInt8]) -> Bool {
    guard let range = found[inode] else { return false }
    for index in range {
      damage.append(damage[index])
      damage[damage.count - 1].path = path
    }
    return true
  }

  private mutating func check(
    _ extent: Extent, _ path: [UInt8], _ report: (VerifyProgress) -> Void
  ) {
    var done: UInt64 = 0
    while done < extent.length {
      let count = min(Self.step, extent.length - done)
      if !isSound(extent, done, count) { locate(extent, done..<done + count, path) }
      done += count
      progress.bytes += count
      report(progress)
    }
  }

  /// Finds the damaged blocks within a range that could not be read as a whole.
  private mutating func locate(_ extent: Extent, _ range: Range<UInt64>, _ path: [UInt8]) {
    let block = UInt64(ContentBlock.size)
    var start = range.lowerBound
    while start < range.upperBound {
      // Blocks count from the start of the chunk, not of the extent.
      let next = (extent.chunkOffset + start) / block * block + block - extent.chunkOffset
      let end = min(next, range.upperBound)
      if !isSound(extent, start, end - start) {
        append(extent.fileOffset + start..<extent.fileOffset + end, extent.chunk, path)
      }
      start = end
    }
  }

  private mutating func append(_ range: Range<UInt64>, _ chunk: Chunk, _ path: [UInt8]) {
    guard let location = chunk.location else { return }
    if let last = damage.last, last.path == path, last.location == location,
      last.range.upperBound == range.lowerBound
    {
      damage[damage.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      damage.append(DamagedRange(path: path, range: range, location: location))
    }
  }

  private func isSound(_ extent: Extent, _ start: UInt64, _ count: UInt64) -> Bool {
    do throws(Errno) {
      try extent.chunk.read(
        at: extent.chunkOffset + start,
        into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<Int(count)]))
      return true
    } catch {
      return false
    }
  }
}

/// Memory for one read at a time, given back at the end.
private final class ContentBlockBuffer {
  let bytes: UnsafeMutableRawBufferPointer
  init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 4096) }
  deinit { bytes.deallocate() }
}
