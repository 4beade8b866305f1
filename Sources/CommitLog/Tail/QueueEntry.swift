import LogFormat

/// What waits for the committer, in order.
enum QueueEntry: Sendable {
  case commit(QueuedCommit)
  /// Is told when everything before it is durable.
  case barrier(@Sendable (Result<Void, CommitError>) -> Void)

  /// Somebody waits for it.
  var isUrgent: Bool {
    switch self {
    case .commit(let queued): !queued.isLazy
    case .barrier: true
    }
  }

  /// Tells whoever waits that it will not be.
  func fail(_ error: CommitError) {
    switch self {
    case .commit(let queued): queued.completion(.failure(error))
    case .barrier(let completion): completion(.failure(error))
    }
  }
}

/// A commit that has been accepted and has its sequence.
struct QueuedCommit: Sendable {
  let sequence: CommitSequence
  let commit: Commit
  let extent: UInt64
  let isLazy: Bool
  let completion: CommitCompletion
}
