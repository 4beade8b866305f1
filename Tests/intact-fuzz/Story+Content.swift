import LogFormat

/// What is told of the content of files.
extension Story {
  mutating func content(
    of file: UInt64, _ chance: inout Chance, _ section: inout [UInt8]
  ) -> ContentRecord {
    var record = ContentRecord(
      inode: Inode(rawValue: file), size: 0, replacesAll: chance.once(in: 2), chunks: [],
      extents: [])
    for _ in 0...chance.below(2) { record.chunks.append(chunk(&chance, &section)) }
    for _ in 0...chance.below(4) {
      let index = chance.below(record.chunks.count)
      let length = record.chunks[index].length
      let offset = UInt64(chance.below(Int(clamping: length)))
      let fileOffset = isOdd(&chance) ? chance.wild() : UInt64(chance.below(200_000))
      record.extents.append(
        ExtentRecord(
          fileOffset: fileOffset, length: length - offset,
          source: chance.once(in: 5) ? .hole : .chunk(index: index, offset: offset)))
    }
    let end = record.extents.map { $0.fileOffset &+ $0.length }.max() ?? 0
    record.size = isOdd(&chance) ? chance.wild() : end
    return record
  }

  private mutating func chunk(_ chance: inout Chance, _ section: inout [UInt8]) -> ChunkRecord {
    if !chunks.isEmpty, chance.once(in: 3) {
      var known = chance.pick(chunks)
      if isOdd(&chance) { known.location = .stored(place(&chance)) }
      return known
    }
    let bytes = chance.bytes(
      chance.once(in: 8) ? chance.among(20_000...40_000) : chance.among(1...3000))
    var checksums = bytes.withUnsafeBytes { ContentBlock.checksums(of: $0) }
    if isOdd(&chance) { checksums[0] ^= 1 }
    if chance.once(in: 6) {
      return ChunkRecord(
        location: .stored(
          .blob(BlobNumber(rawValue: isOdd(&chance) ? chance.wild() : 1), offset: 0)),
        length: UInt64(bytes.count), checksums: checksums)
    }
    let offset = isOdd(&chance) ? UInt32(truncatingIfNeeded: chance.wild()) : UInt32(section.count)
    section += bytes
    return ChunkRecord(
      location: .inline(offset: offset), length: UInt64(bytes.count), checksums: checksums)
  }

  /// Anywhere in the store, or nowhere.
  private mutating func place(_ chance: inout Chance) -> ContentLocation {
    if chance.once(in: 2) {
      return .blob(BlobNumber(rawValue: chance.wild()), offset: chance.wild())
    }
    let segment = chance.once(in: 2) ? UInt64(chance.below(4)) : chance.wild()
    return .log(LogPosition(segment: SegmentNumber(rawValue: segment), offset: chance.wild()))
  }

  mutating func relocate(_ chance: inout Chance, _ section: inout [UInt8]) -> Record? {
    let known = chunks.filter { if case .stored(.log) = $0.location { true } else { false } }
    guard !known.isEmpty, case .stored(.log(let from)) = chance.pick(known).location else {
      return nil
    }
    let length = chance.among(1...1000)
    var target = ChunkLocation.inline(offset: UInt32(section.count))
    if isOdd(&chance), case .stored(let other) = chance.pick(known).location {
      target = .stored(other)
    } else {
      section += chance.bytes(length)
    }
    if isOdd(&chance) { target = .stored(place(&chance)) }
    return .relocate(RelocateRecord(from: from, to: target, length: UInt64(length)))
  }
}
