import FileTree

extension FileTree {
  /// All that the background does once a second, whether or not it is worth it yet.
  public func maintainAll() throws {
    try mergeExtents(atLeast: 2)
    try compact(Set(log.relocationCandidates()))
    try checkpointIfChanged()
  }
}
