import CommitLog
import Dispatch
import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// Publishes what is staged, content and attributes as one commit, and answers when that is
  /// durable (C1, C2), or, for a `close` with `durability=fsync`, as soon as it is published (D2).
  /// With nothing staged, `fsync` waits for what was published before, anything else answers at
  /// once.
  ///
  /// The caller holds the staging to itself until the answer. A failure leaves the staging spent
  /// and the published version as it was (C7).
  public func commit(
    _ staging: Staging, _ reason: CommitReason, _ answer: @escaping Answer<Void>
  ) {
    if hasFailed, staging.isChanged { spend(staging, failing: .readOnlyFileSystem) }
    if let spent = staging.status.withLock({ $0.spent }) {
      answer(.failure(spent))
      return
    }
    guard staging.isChanged else { return settle(staging, reason, answer) }
    let publication = Publication(staging: staging, reason: reason, answer: answer)
    core.withLock { $0.begin(publication) }
    do throws(Errno) {
      publication.sealed = try staging.content.seal()
    } catch {
      fail(publication, error)
      return
    }
    guard case .blob(let blob, _) = publication.sealed else {
      sequence(publication)
      return
    }
    // A blob waits for the disk on a thread of its own, so that the commits of others pass by.
    DispatchQueue.global().async {
      do {
        try blob.flush()
        self.sequence(publication)
      } catch {
        self.fail(publication, Errno(error))
      }
    }
  }

  /// A `close` of what has nothing to publish: answers when what was published through the staging
  /// before is durable (D2).
  public func settle(_ staging: Staging, _ answer: @escaping Answer<Void>) {
    if let spent = staging.status.withLock({ $0.spent }) { return answer(.failure(spent)) }
    settle(staging, .close, answer)
  }

  private func settle(
    _ staging: Staging, _ reason: CommitReason, _ answer: @escaping Answer<Void>
  ) {
    if staging.mustSync(reason) { sync(staging, answer) } else { answer(.success(())) }
  }

  private func sync(_ staging: Staging, _ answer: @escaping Answer<Void>) {
    let count = staging.status.withLock { $0.publishedAhead }
    sync { outcome in
      switch outcome {
      case .success: staging.status.withLock { $0.flushed = max($0.flushed, count) }
      // C7: what was published through it is lost, and no later success may hide that.
      case .failure(let error): self.spend(staging, failing: error)
      }
      answer(outcome)
    }
  }

  /// Answers when everything that was published before is durable (D3).
  public func sync(_ answer: @escaping Answer<Void>) {
    guard !isReadOnly else { return answer(.success(())) }
    log.flush { outcome in
      answer(outcome.mapError { Errno($0) })
    }
  }

  /// Gives the publication its place in the order.
  func sequence(_ publication: Publication) {
    let next = core.withLock { core in place(publication, &core) }
    next?()
  }

  /// Returns what is left to be done without the lock.
  private func place(
    _ publication: Publication, _ core: inout TreeCore
  ) -> (@Sendable () -> Void)? {
    guard !hasFailed else {
      return { self.fail(publication, .readOnlyFileSystem) }
    }
    if core.gate != nil {
      core.gate?.waiting.append { self.sequence(publication) }
      return nil
    }
    guard core.hasTarget(publication) else {
      return { self.endWithoutTarget(publication) }
    }
    if core.isDisplaced(publication.inode) {
      core.inFlight[publication.inode]?.waiters.append { self.sequence(publication) }
      return nil
    }
    core.follow(publication)
    guard core.isReady(publication) else {
      return { self.sequenceAfterFlush(publication) }
    }
    guard core.fits(publication) else {
      return { self.fail(publication, .fileTooLarge) }
    }
    core.plan(publication)
    do {
      let commit = publication.commit
      let sequence = try log.append(commit, durability(of: publication)) {
        self.committed(publication, $0)
      }
      core.sequenced(publication, as: commit, at: sequence)
    } catch {
      return { self.fail(publication, Errno(error)) }
    }
    guard publication.isPublishedAhead else { return nil }
    core.publish(publication)
    guard !publication.isHeldBack else { return nil }
    return { self.end(publication, .success(())) }
  }

  /// The file has lost its last name: nobody but its descriptors will see what they write. What was
  /// published before, the loss of the name too, is made durable all the same (D3).
  private func endWithoutTarget(_ publication: Publication) {
    guard publication.isAppend, case .inline(let buffer, _)? = publication.sealed else {
      return settle(publication.staging, publication.reason) { self.end(publication, $0) }
    }
    do throws(Errno) {
      try buffer.withBytes { bytes throws(Errno) in
        try publication.staging.writeAtEnd(bytes)
      }
      end(publication, .success(()))
    } catch {
      end(publication, .failure(error))
    }
  }

  /// What cannot be flushed will never have a place in the store, so it is not waited for again.
  private func sequenceAfterFlush(_ publication: Publication) {
    log.flush { outcome in
      switch outcome {
      case .success: self.sequence(publication)
      case .failure(let error): self.fail(publication, Errno(error))
      }
    }
  }

  private func durability(of publication: Publication) -> Durability {
    publication.isPublishedAhead && !publication.isHeldBack ? .lazy : .wait
  }

  /// On the log's thread, in the order of the log: the flush that carried the commit has ended.
  private func committed(_ publication: Publication, _ outcome: Result<CommitPlace, CommitError>) {
    switch outcome {
    case .success(let place):
      publication.settle(at: place)
      if !publication.isPublishedAhead {
        core.withLock { $0.publish(publication) }
      } else if !publication.isHeldBack {
        return
      }
      end(publication, .success(()))
    case .failure(let error):
      guard !publication.isPublishedAhead else {
        // It has been taken back, and its staging spent.
        if publication.isHeldBack { end(publication, .failure(Errno(error))) }
        return
      }
      fail(publication, Errno(error))
    }
  }

  /// C7: the old version stays, the staging is spent. An append has staged nothing that could be
  /// half-written: the next one may find room.
  private func fail(_ publication: Publication, _ error: Errno) {
    core.withLock { $0.abandon(publication) }
    if !publication.isAppend { spend(publication.staging, failing: error) }
    end(publication, .failure(error))
  }

  /// Lets those go on who waited for the publication, then answers. The order matters: the answer
  /// may be held up by a program that waits.
  private func end(_ publication: Publication, _ outcome: Result<Void, Errno>) {
    let waiters = core.withLock { core in
      core.end(publication) + core.openGateIfIdle()
    }
    for waiter in waiters { waiter() }
    publication.answer(outcome)
  }
}
