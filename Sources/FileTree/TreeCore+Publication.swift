import CommitLog
import LogFormat

extension TreeCore {
  /// From here on, requests that depend on the outcome wait for it.
  mutating func begin(_ publication: Publication) {
    var flight = inFlight[publication.inode] ?? InFlight()
    flight.count += 1
    if publication.reason == .release { flight.releasing += 1 }
    inFlight[publication.inode] = flight
  }

  /// False if the file has no name any more: then there is nothing to publish.
  func hasTarget(_ publication: Publication) -> Bool {
    if state[publication.inode] != nil { return true }
    // A creation, or a further content of a name whose creation is on its way.
    guard let pending = publication.staging.pending, let key = pending.key else { return false }
    return pendingNames[key] === pending
  }

  /// Takes over what has got its place in the order since the content was staged. The rest of the
  /// plan looks at nothing older.
  func follow(_ publication: Publication) {
    guard !publication.isAppend, let previous = predecessor(of: publication.inode) else { return }
    publication.staging.content.follow(previous)
  }

  /// False while the log has yet to say where content that must be written down again lies.
  func isReady(_ publication: Publication) -> Bool {
    publication.isAppend
      || publication.staging.content.isReady(
        sealed: publication.sealed, overlay: isOverlay(publication))
  }

  /// False for an append that would go beyond the largest file.
  func fits(_ publication: Publication) -> Bool {
    guard publication.isAppend, let length = publication.sealed?.chunk.length,
      let size = predecessor(of: publication.inode)?.content.size
    else { return true }
    return size <= UInt64(Int64.max) - length
  }

  /// Works out the commit in the present order.
  mutating func plan(_ publication: Publication) {
    let time = now()
    publication.isPublishedAhead = mayPublishAhead(publication)
    publication.isHeldBack =
      publication.isPublishedAhead && publication.staging.tree.store.isMemoryFull
    let previous = predecessor(of: publication.inode)
    if publication.isAppend {
      if let previous {
        publication.plan(
          appendingTo: previous, lost: privilegesLost(by: publication), at: time)
      }
      return
    }
    var create: CreateRecord?
    var link: LinkRecord?
    if let pending = publication.staging.pending, !pending.isSequenced, let key = pending.key {
      create = pending.creation
      link = LinkRecord(parent: key.directory, name: key.name, inode: pending.inode, time: time)
    }
    publication.displaced = link.flatMap { state.entry($0.name, in: $0.parent) }
    publication.plan(
      create: create, link: link, overlay: isOverlay(publication),
      lost: privilegesLost(by: publication), at: time)
    if let previous, let file = publication.file {
      publication.frees = file.content.extents.allocated < previous.content.extents.allocated
    }
  }

  /// With `durability=fsync` a close is published as soon as it has its place in the order (D2), an
  /// append (W3) and the release of a lock (C6) in every mode; but not before an `fsync` of the
  /// same file that came earlier and still waits for the disk.
  private func mayPublishAhead(_ publication: Publication) -> Bool {
    publication.reason.isPublishedAhead(publication.staging.tree.durability)
      && (inFlight[publication.inode]?.sequenced ?? 0) == 0
  }

  /// Whether the content can be written down as what makes it differ from its base.
  private func isOverlay(_ publication: Publication) -> Bool {
    let present = predecessor(of: publication.inode)
    return present?.version === publication.staging.content.base.version
  }

  /// The log has taken the publication at its place in the order.
  mutating func sequenced(
    _ publication: Publication, as commit: Commit, at sequence: CommitSequence
  ) {
    lastSequence = sequence
    publication.sequence = sequence
    wayBack.add(
      OrderedCommit(
        sequence: sequence, encodedRecords: commit.records,
        publishes: (publication.inode, PublishedContent(publication)),
        isAhead: publication.isPublishedAhead, staging: publication.staging),
      visible: state)
    unapplied += 1
    publication.staging.pending?.isSequenced = true
    inFlight[publication.inode]?.sequenced += 1
    if let file = publication.file { inFlight[publication.inode]?.last = file }
    if let mode = publication.mode { inFlight[publication.inode]?.lastMode = mode }
    if let displaced = publication.displaced {
      inFlight[displaced, default: InFlight()].count += 1
      inFlight[displaced]?.displacing += 1
    }
  }

  /// The swap of the pointer.
  mutating func publish(_ publication: Publication) {
    let staging = publication.staging
    for record in publication.records { apply(record, of: publication) }
    state.endCommit()
    if let sequence = publication.sequence, !publication.isPublishedAhead {
      wayBack.publishedInOrder(sequence)
    }
    if publication.isAppend || publication.isPublishedAhead {
      staging.status.withLock { $0.publishedAhead += 1 }
    }
    guard !publication.isAppend else {
      fragmented.insert(publication.inode)
      if let file = publication.file { staging.content.follow(file) }
      let size = staging.content.size
      staging.status.withLock { $0.appended(size: size) }
      return
    }
    if let file = publication.file { staging.content.published(file) }
    let size = staging.content.size
    staging.status.withLock { $0.published(size: size, isShared: staging.isShared) }
    if let pending = staging.pending, let key = pending.key, pendingNames[key] === pending {
      pendingNames[key] = nil
      pending.isThere()
    }
  }

  /// A publication failed: the file that it was to create was never there (N3). One that did not
  /// get into the order has nothing to take back: another may be creating the file by now.
  func abandon(_ publication: Publication) {
    guard publication.createsFile, publication.isSequenced else { return }
    publication.staging.pending?.isSequenced = false
  }

  /// Returns those who waited for the file, or for one that it takes a name from.
  mutating func end(_ publication: Publication) -> [@Sendable () -> Void] {
    var waiters = leave(publication.inode) { flight in
      if publication.isSequenced { flight.sequenced -= 1 }
      if publication.reason == .release { flight.releasing -= 1 }
    }
    guard publication.isSequenced else { return waiters }
    unapplied -= 1
    if let displaced = publication.displaced {
      waiters += leave(displaced) { $0.displacing -= 1 }
    }
    return waiters
  }

  /// One publication less is in flight; returns those who waited.
  private mutating func leave(
    _ inode: Inode, _ change: (inout InFlight) -> Void
  ) -> [@Sendable () -> Void] {
    guard var flight = inFlight[inode] else { return [] }
    flight.count -= 1
    change(&flight)
    let waiters = flight.waiters
    flight.waiters = []
    inFlight[inode] = flight.count == 0 ? nil : flight
    return waiters
  }

  /// Takes the snapshot that a checkpoint waits for, once every publication that has its place in
  /// the order is applied. Returns those who waited.
  mutating func openGateIfIdle() -> [@Sendable () -> Void] {
    guard unapplied == 0, let gate else { return [] }
    gate.snapshot(state, lastSequence)
    self.gate = nil
    return gate.waiting
  }

  private mutating func apply(_ record: Record, of publication: Publication) {
    if case .setContent = record, let file = publication.file,
      state[publication.inode]?.file?.version === file.version
    {
      file.version.become(file.content)
    }
    do {
      try state.apply(record, publishing: publication.file, of: publication.inode)
    } catch {
      preconditionFailure("a planned publication does not fit the tree: \(error)")
    }
  }
}
