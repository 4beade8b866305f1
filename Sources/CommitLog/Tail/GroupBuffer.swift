import LogFormat

/// The committer's memory for the group that it writes, aligned for direct I/O and used again for
/// every group.
struct GroupBuffer: ~Copyable {
  /// Memory beyond this is given back when a group does not need it, in bytes.
  private static let keptMax = 8 << 20

  private var memory: UnsafeMutableRawBufferPointer = .allocate(
    byteCount: 256 << 10, alignment: DiskFormat.blockSize)

  deinit {
    memory.deallocate()
  }

  /// Lays out a group as it goes to the disk, with its segment's header before it if it begins one.
  /// Answers the bytes, valid until the next call, and where each commit's content will be.
  mutating func assemble(
    _ plan: GroupPlan, store: StoreIdentifier
  ) -> (bytes: UnsafeRawBufferPointer, places: [CommitPlace]) {
    let prefix = plan.newSegment == nil ? 0 : DiskFormat.blockSize
    let total = prefix + Int(plan.extent)
    reserve(total)
    if let header = plan.newSegment { copy(header.encoded(), at: 0) }
    let payloadStart = prefix + GroupHeader.length
    var places: [CommitPlace] = []
    places.reserveCapacity(Int(plan.commitCount))
    var offset = payloadStart
    for case .commit(let queued) in plan.entries {
      let content = offset + CommitHeader.length + queued.commit.records.count
      places.append(
        CommitPlace(
          sequence: queued.sequence,
          contentStart: plan.position.advanced(by: UInt64(content - prefix))))
      offset = copy(queued.commit, at: offset)
    }
    let payload = UnsafeRawBufferPointer(rebasing: memory[payloadStart..<offset])
    let header = GroupHeader(
      storeTag: store.high, position: plan.position, firstSequence: plan.firstSequence,
      commitCount: plan.commitCount, payloadLength: plan.payloadLength,
      payloadChecksum: Checksum.of(payload))
    copy(header.encoded(), at: prefix)
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<total]).initializeMemory(
      as: UInt8.self, repeating: 0)
    return (UnsafeRawBufferPointer(rebasing: memory[..<total]), places)
  }

  /// Answers the offset behind the commit.
  private mutating func copy(_ commit: Commit, at start: Int) -> Int {
    let header = CommitHeader(
      recordsLength: UInt32(commit.records.count), contentLength: UInt32(commit.contentLength),
      time: commit.time)
    copy(header.encoded(), at: start)
    copy(commit.records, at: start + CommitHeader.length)
    var offset = start + CommitHeader.length + commit.records.count
    for buffer in commit.content {
      buffer.withBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes.count])
          .copyMemory(from: bytes)
      }
      offset += buffer.count
    }
    return offset
  }

  private func copy(_ bytes: [UInt8], at offset: Int) {
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes.count])
      .copyBytes(from: bytes)
  }

  private mutating func reserve(_ needed: Int) {
    guard needed > memory.count || (memory.count > Self.keptMax && needed < Self.keptMax) else {
      return
    }
    memory.deallocate()
    memory = .allocate(
      byteCount: Int(DiskFormat.blocks(UInt64(max(needed, 256 << 10)))),
      alignment: DiskFormat.blockSize)
  }
}
