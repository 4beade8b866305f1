import Dispatch
import struct Synchronization.Atomic

/// The background work of a tree, one piece after the other: checkpoints and compaction never
/// overlap, since a record that names a chunk's place must not be separated from the chunk's move
/// by a checkpoint.
///
/// Started and stopped by whoever opens and closes the tree, once each; that is what makes it
/// sendable.
final class Maintenance: @unchecked Sendable {
  private let queue = DispatchQueue(label: "intact.maintenance", qos: .utility)
  private var timer: (any DispatchSourceTimer)?
  // Confined to the queue.
  private var isStopped = false
  /// The last failure, so that one that goes on is said once.
  private var failure: String?

  /// A round was asked for and has not begun.
  private let isAskedFor = Atomic<Bool>(false)

  /// Looks once a second whether there is something to do.
  func start(_ tree: FileTree) {
    let source = DispatchSource.makeTimerSource(queue: queue)
    source.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(200))
    source.setEventHandler { [weak self, weak tree] in
      if let self, let tree { carryOut(tree) }
    }
    source.activate()
    timer = source
  }

  /// Looks at once: where much is written, a second is long. On a full disk it is soon enough, and
  /// what is tried there in vain is not tried more often. From any thread; waits for nothing.
  func hasten(_ tree: FileTree) {
    guard !isAskedFor.exchange(true, ordering: .relaxed) else { return }
    queue.async { [weak self, weak tree] in
      guard let self, let tree else { return }
      isAskedFor.store(false, ordering: .relaxed)
      if !tree.log.isRoomShort { carryOut(tree) }
    }
  }

  private func carryOut(_ tree: FileTree) {
    guard !isStopped else { return }
    let text = tree.maintain().map { "\($0)" }
    if let text, text != self.failure {
      tree.store.logger.error("background work failed and will be tried again: \(text)")
    }
    self.failure = text
  }

  /// Returns when nothing runs any more, and nothing will.
  func stop() {
    timer?.cancel()
    timer = nil
    queue.sync { isStopped = true }
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
