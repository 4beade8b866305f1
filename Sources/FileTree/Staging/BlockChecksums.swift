import LogFormat

/// The checksums of a chunk that is being written, block by block as the bytes come, so that a
/// commit need not read them again.
struct BlockChecksums: Sendable {
  /// Of the blocks that are whole.
  private var whole: [UInt64] = []
  /// The bytes of the last block, while it is short.
  private var tail: [UInt8] = []
  /// Blocks whose bytes were overwritten since their checksum was taken.
  private var stale: Set<Int> = []

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if tail.isEmpty, rest.count >= ContentBlock.size {
        whole.append(Checksum.of(UnsafeRawBufferPointer(rebasing: rest.prefix(ContentBlock.size))))
        rest = rest.dropFirst(ContentBlock.size)
        continue
      }
      if tail.isEmpty { tail.reserveCapacity(ContentBlock.size) }
      let part = rest.prefix(ContentBlock.size - tail.count)
      tail.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if tail.count == ContentBlock.size { closeTail() }
    }
  }

  /// The bytes from `offset` on, all of them appended before, are now `bytes`.
  mutating func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
    let end = Int(offset) + bytes.count
    let tailStart = whole.count * ContentBlock.size
    if Int(offset) < tailStart {
      let last = (min(end, tailStart) - 1) / ContentBlock.size
      stale.formUnion(Int(offset) / ContentBlock.size...last)
    }
    guard end > tailStart else { return }
    let start = max(Int(offset), tailStart)
    tail.replaceSubrange(
      (start - tailStart)..<(end - tailStart), with: bytes[(start - Int(offset))...])
  }

  /// All checksums; `reread` fills its buffer with the present bytes of a block that was
  /// overwritten.
  mutating func finish<Failure: Error>(
    reread: (_ offset: UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> [UInt64] {
    if !stale.isEmpty {
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: ContentBlock.size, alignment: 16)
      defer { buffer.deallocate() }
      for block in stale {
        try reread(UInt64(block * ContentBlock.size), buffer)
        whole[block] = Checksum.of(UnsafeRawBufferPointer(buffer))
      }
      stale = []
    }
    return tail.isEmpty ? whole : whole + [tail.withUnsafeBytes { Checksum.of($0) }]
  }

  private mutating func closeTail() {
    whole.append(tail.withUnsafeBytes { Checksum.of($0) })
    tail.removeAll(keepingCapacity: true)
  }
}

extension Checksum {
  /// The checksums of a whole chunk, one for each block.
  static func ofBlocks(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
    stride(from: 0, to: bytes.count, by: ContentBlock.size).map { start in
      of(
        UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + ContentBlock.size, bytes.count)])
      )
    }
  }
}
