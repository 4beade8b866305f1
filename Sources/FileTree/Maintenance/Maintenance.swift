import Dispatch

/// The background work of a tree, one piece after the other: checkpoints and compaction never
/// overlap, since a record that names a chunk's place must not be separated from the chunk's move
/// by a checkpoint.
///
/// Started and stopped by whoever opens and closes the tree, once each; that is what makes it
/// sendable.
final class Maintenance: @unchecked Sendable {
  private let queue = DispatchQueue(label: "intact.maintenance", qos: .utility)
  private var timer: (any DispatchSourceTimer)?
  /// The last failure, so that one that goes on is said once. Confined to the queue.
  private var failure: String?

  /// Looks once a second whether there is something to do.
  func start(_ tree: FileTree) {
    let source = DispatchSource.makeTimerSource(queue: queue)
    source.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(200))
    source.setEventHandler { [weak self, weak tree] in
      guard let self, let tree else { return }
      report(tree.maintain(), of: tree)
    }
    source.activate()
    timer = source
  }

  private func report(_ failure: (any Error)?, of tree: FileTree) {
    let text = failure.map { "\($0)" }
    if let text, text != self.failure {
      tree.store.logger.error("background work failed and will be tried again: \(text)")
    }
    self.failure = text
  }

  /// Returns when nothing runs any more.
  func stop() {
    timer?.cancel()
    timer = nil
    queue.sync {}
  }
}

extension FileTree {
  /// One round of the background's work; one piece that fails does not hinder the others, least of
  /// all on a full disk the checkpoint that would make room (F4).
  /// - Returns: what went wrong first.
  fileprivate func maintain() -> (any Error)? {
    guard !hasFailed else { return nil }
    let pieces: [() throws -> Void] = [
      { if self.log.isCheckpointAdvised { try self.checkpointIfChanged() } },
      { try self.compactIfWorthwhile() },
      { try self.mergeExtents() },
    ]
    let failures = pieces.compactMap { piece -> (any Error)? in
      do {
        try piece()
        return nil
      } catch {
        return error
      }
    }
    return failures.first
  }

  private func compactIfWorthwhile() throws {
    let segments = log.relocationCandidates()
    if !segments.isEmpty { try compact(Set(segments)) }
  }
}
