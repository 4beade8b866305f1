import LogFormat

extension LogState {
  /// What becomes of a commit that is to be appended.
  enum Admission {
    case accepted(CommitSequence)
    case refused(CommitError)
    /// Another segment is needed, and nobody knows yet whether the disk has room for it.
    case needsSpare
  }

  /// Bytes that a commit takes if it is a group of its own.
  private static func cost(_ extent: UInt64) -> UInt64 {
    DiskFormat.blocks(UInt64(GroupHeader.length) + extent)
  }

  /// Bytes that a commit takes more if it comes into the last group that is counted with; nil if it
  /// does not. What is in the queue at the same time is taken by the same rule.
  private func costInGroup(_ extent: UInt64) -> UInt64? {
    guard payloadPromised > 0, payloadPromised < configuration.groupBytes else { return nil }
    let cost = Self.cost(payloadPromised + extent) - Self.cost(payloadPromised)
    return cost <= roomPromised ? cost : nil
  }

  /// Decides on a commit, and queues it if it is accepted. What is accepted has its room: only a
  /// failure of the disk can stop it.
  mutating func admit(
    _ commit: Commit, isLazy: Bool, completion: @escaping CommitCompletion
  ) -> Admission {
    guard !isClosed, failure == nil else { return .refused(.readOnly) }
    let extent = commit.extent
    let sizesFit = commit.records.count <= UInt32.max && commit.contentLength <= UInt32.max
    guard sizesFit, Self.cost(extent) <= roomInSegment else {
      return .refused(.tooLarge)
    }
    guard hasRoom(for: commit, extent: extent) else {
      return isFull ? .refused(.noSpace) : .needsSpare
    }
    promise(extent)
    let sequence = nextSequence
    nextSequence = sequence.next
    entries.append(
      .commit(
        QueuedCommit(
          sequence: sequence, commit: commit, extent: extent, isLazy: isLazy,
          completion: completion)))
    count(isLazy: isLazy, extent: extent)
    return .accepted(sequence)
  }

  /// A spare is kept back from all commits but those that make room. When it is in use, its second
  /// half is for what the background moves: deleting alone may not make a segment free (F4).
  private func hasRoom(for commit: Commit, extent: UInt64) -> Bool {
    let cost = costInGroup(extent) ?? Self.cost(extent)
    let rollsOver = cost > roomPromised
    let spares = freeSpares - (rollsOver ? 1 : 0)
    switch commit.purpose {
    case .change:
      return spares >= 1
    case .freeing:
      let room = (rollsOver ? roomInSegment : roomPromised) - cost
      return spares >= 1 || spares == 0 && room >= segmentSize / 2
    case .moving:
      return spares >= 0
    }
  }

  /// Bytes that an empty segment takes.
  private var roomInSegment: UInt64 { segmentSize - UInt64(DiskFormat.blockSize) }

  /// Queues a barrier; answers false if the log takes no changes any more.
  mutating func addBarrier(
    _ completion: @escaping @Sendable (Result<Void, CommitError>) -> Void
  ) -> Bool {
    guard !isClosed, failure == nil else { return false }
    entries.append(.barrier(completion))
    urgent += 1
    return true
  }

  private mutating func promise(_ extent: UInt64) {
    if let cost = costInGroup(extent) {
      payloadPromised += extent
      roomPromised -= cost
      return
    }
    let cost = Self.cost(extent)
    if cost > roomPromised {
      sparesPromised += 1
      roomPromised = roomInSegment
    }
    payloadPromised = extent
    roomPromised -= cost
  }

  private mutating func count(isLazy: Bool, extent: UInt64) {
    guard isLazy else {
      urgent += 1
      return
    }
    lazyBytes += extent
    if lazyDeadline == nil { lazyDeadline = .now + configuration.lazyDelay }
  }

  /// Counts anew for what is still in the queue, once the committer knows where the commits before
  /// it go.
  mutating func recount(now: ContinuousClock.Instant) {
    roomPromised = room
    sparesPromised = 0
    payloadPromised = 0
    urgent = 0
    lazyBytes = 0
    lazyDeadline = nil
    for entry in entries {
      switch entry {
      case .barrier: urgent += 1
      case .commit(let queued):
        promise(queued.extent)
        count(isLazy: queued.isLazy, extent: queued.extent)
      }
    }
    // What a full group left behind has waited long enough.
    if lazyDeadline != nil { lazyDeadline = now }
  }
}
