import LogFormat
import SystemPackage

extension LogState {
  /// What the committer is to do next.
  enum Work {
    case write(GroupPlan)
    case fail([QueueEntry], Errno)
    /// Wait for a signal, no longer than to the deadline.
    case sleep(until: ContinuousClock.Instant?)
    case stop
  }

  /// Takes the next piece of work from the queue.
  mutating func take(now: ContinuousClock.Instant) -> Work {
    isCommitterAsleep = false
    if let failure, !entries.isEmpty || !isFailureTold {
      defer { entries = [] }
      return .fail(entries, failure)
    }
    guard !entries.isEmpty else { return isClosed ? .stop : sleep(until: nil) }
    guard isDue(now) else { return sleep(until: lazyDeadline) }
    if urgent > 0, !isClosed, let deadline = gathering.deadline(waiting: urgent, now: now) {
      return sleep(until: deadline)
    }
    gathering.end(waiting: urgent)
    guard var plan = beginGroup() else { return sleep(until: nil) }
    fill(&plan)
    position = plan.end
    recount(now: now)
    return .write(plan)
  }

  /// True if somebody should tell the committer about what was just queued.
  var needsSignal: Bool {
    guard isCommitterAsleep, !isSpareUrgent else { return false }
    if isClosed || lazyBytes >= configuration.lazyBytes { return true }
    if urgent > 0 { return gathering.isOver(waiting: urgent) }
    guard let lazyDeadline else { return false }
    return sleepDeadline.map { lazyDeadline < $0 } ?? true
  }

  private func isDue(_ now: ContinuousClock.Instant) -> Bool {
    urgent > 0 || isClosed || lazyBytes >= configuration.lazyBytes
      || lazyDeadline.map { $0 <= now } ?? false
  }

  private mutating func sleep(until deadline: ContinuousClock.Instant?) -> Work {
    isCommitterAsleep = true
    sleepDeadline = deadline
    return .sleep(until: deadline)
  }

  /// Finds the place for the first commit in the queue; nil if its segment is not ready yet.
  private mutating func beginGroup() -> GroupPlan? {
    var plan = GroupPlan(position: position, firstSequence: nextSequence)
    let first = entries.lazy.compactMap { entry -> QueuedCommit? in
      if case .commit(let queued) = entry { queued } else { nil }
    }.first
    guard let first else { return plan }
    plan.firstSequence = first.sequence
    guard !plan.fits(first.extent, room: room) else { return plan }
    // Admission has seen to it that there is a spare.
    guard case .ready? = spares.first?.condition else {
      isSpareUrgent = true
      return nil
    }
    let number = spares.removeFirst().number
    plan.newSegment = SegmentHeader(
      store: store, number: number, firstSequence: first.sequence, previous: position.segment,
      previousEnd: position.offset)
    isSealed = false
    position = LogPosition(segment: number, offset: UInt64(DiskFormat.blockSize))
    plan.position = position
    return plan
  }

  private mutating func fill(_ plan: inout GroupPlan) {
    var taken = 0
    for entry in entries {
      if case .commit(let queued) = entry {
        let isFirst = plan.commitCount == 0
        guard isFirst || plan.payloadLength < configuration.groupBytes else { break }
        guard plan.fits(queued.extent, room: room) else { break }
        plan.commitCount += 1
        plan.payloadLength += queued.extent
      }
      taken += 1
    }
    plan.entries = Array(entries.prefix(taken))
    entries.removeFirst(taken)
  }

  /// Takes note of a group that is durable.
  /// - Parameter time: what writing and flushing it took, until `now`.
  mutating func finish(
    _ plan: GroupPlan, bytesWritten: UInt64, time: Duration, now: ContinuousClock.Instant
  ) {
    gathering.written(members: plan.urgent, waiting: urgent, time: time, now: now)
    durable = plan.lastSequence
    durableEnd = plan.end
    groupStarts.append(GroupStart(firstSequence: plan.firstSequence, position: plan.position))
    bytesSinceCheckpoint += plan.extent
    statistics.commits += UInt64(plan.commitCount)
    statistics.groups += 1
    statistics.flushes += 1
    statistics.bytesWritten += bytesWritten
  }
}
