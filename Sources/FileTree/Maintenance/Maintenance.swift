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

  /// Looks once a second whether there is something to do.
  func start(_ tree: FileTree) {
    let source = DispatchSource.makeTimerSource(queue: queue)
    source.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(200))
    source.setEventHandler { [weak tree] in tree?.maintain() }
    source.activate()
    timer = source
  }

  /// Returns when nothing runs any more.
  func stop() {
    timer?.cancel()
    timer = nil
    queue.sync {}
  }
}

extension FileTree {
  fileprivate func maintain() {
    guard !hasFailed else { return }
    do {
      try mergeExtents()
      if log.isCheckpointAdvised { try checkpointIfChanged() }
      let segments = log.relocationCandidates()
      if !segments.isEmpty { try compact(Set(segments)) }
    } catch {
      store.logger.error("background work failed and will be tried again: \(error)")
    }
  }
}
