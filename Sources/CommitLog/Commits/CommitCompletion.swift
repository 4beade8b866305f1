/// Is told once what became of a commit: on the committer's thread, in the order of sequences,
/// after the flush that made it durable. It must not wait for the log.
public typealias CommitCompletion = @Sendable (Result<CommitPlace, CommitError>) -> Void
