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

  /// False while the log has yet to say where content that must be written down again lies.
  func isReady(_ publication: Publication) -> Bool {
    let content = publication.staging.content
    return isOverlay(publication)
      || content.extents.extents.allSatisfy {
        $0.chunk === publication.sealed?.chunk || $0.chunk.location != nil
      }
  }

  /// Works out the commit in the present order.
  mutating func plan(_ publication: Publication) {
    let time = now()
    var create: CreateRecord?
    var link: LinkRecord?
    if let pending = publication.staging.pending, !pending.isSequenced, let key = pending.key {
      create = pending.creation
      link = LinkRecord(parent: key.directory, name: key.name, inode: pending.inode, time: time)
    }
    publication.plan(create: create, link: link, overlay: isOverlay(publication), at: time)
  }

  /// Whether the content can be written down as what makes it differ from its base.
  private func isOverlay(_ publication: Publication) -> Bool {
    predecessor(of: publication.inode) === publication.staging.content.base
  }

  /// The log has taken the publication at its place in the order.
  mutating func sequenced(_ publication: Publication, at sequence: CommitSequence) {
    lastSequence = sequence
    publication.isSequenced = true
    unapplied += 1
    publication.staging.pending?.isSequenced = true
    if let version = publication.version { inFlight[publication.inode]?.lastVersion = version }
  }

  /// The swap of the pointer.
  mutating func publish(_ publication: Publication) {
    let staging = publication.staging
    for record in publication.records { apply(record, of: publication) }
    state.endCommit()
    if let version = publication.version { staging.content.published(version) }
    staging.status.withLock { $0.published() }
    if let pending = staging.pending, let key = pending.key, pendingNames[key] === pending {
      pendingNames[key] = nil
    }
  }

  /// A publication failed: the file that it was to create was never there (N3).
  func abandon(_ publication: Publication) {
    if publication.createsFile { publication.staging.pending?.isSequenced = false }
  }

  /// Returns those who waited for the file.
  mutating func end(_ publication: Publication) -> [@Sendable () -> Void] {
    guard var flight = inFlight[publication.inode] else { return [] }
    flight.count -= 1
    if publication.isSequenced { unapplied -= 1 }
    if publication.reason == .release { flight.releasing -= 1 }
    let waiters = flight.waiters
    flight.waiters = []
    inFlight[publication.inode] = flight.count == 0 ? nil : flight
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

  /// A file may have lost its last name while its publication was in flight: then nothing is left
  /// to publish.
  private mutating func apply(_ record: Record, of publication: Publication) {
    do {
      switch record {
      case .setContent:
        guard state[publication.inode] != nil, let version = publication.version else { return }
        try state.setVersion(version, of: publication.inode)
      case .setAttributes(var record):
        guard let node = state[publication.inode] else { return }
        record.changed = max(record.changed ?? publication.time, node.attributes.changed)
        try state.apply(.setAttributes(record))
      default:
        try state.apply(record)
      }
    } catch {
      preconditionFailure("a planned publication does not fit the tree: \(error)")
    }
  }
}
