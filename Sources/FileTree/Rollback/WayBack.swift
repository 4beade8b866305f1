import DequeModule
import LogFormat

/// How to come back from what is visible to what is durable, if the log fails (F1).
///
/// Names, attributes, appends and some closes are visible before they are durable; publications
/// that wait for the disk become visible when their flush has ended. So commits do not become
/// visible in their order, and what is durable need not be a state that the tree ever was in: with
/// a publication at place 5 that waits and a `mkdir` at 6, and a disk that takes 5 and not 6, it is
/// the tree with 5 and without 6. It is worked out from a state of which all is known, `base`, and
/// the commits behind it, which are applied to it in their order.
///
/// Nothing of it is needed while nothing is visible ahead of the disk: the visible tree, to which
/// completions come in the order of the log, is the durable one. That is so again as soon as the
/// last commit of that kind is durable. Otherwise the base must follow, or it would keep the
/// content that was replaced long ago: by a `mark`, a visible state from a moment when no
/// publication waited, once all of it is durable; and if there is no such moment, by applying to it
/// what has become durable meanwhile. Both cost the writers nothing: the states share what they
/// have in common, and the log's thread does the rest between two groups.
struct WayBack {
  /// A visible state that holds every commit up to a place in the order, and none behind it.
  struct Mark {
    var state: TreeState
    var sequence: CommitSequence
  }

  /// What is left to be done without the tree's lock when a group is durable.
  struct Settled {
    /// What the base was: letting go of it may take a while.
    fileprivate var former: [TreeState] = []
    fileprivate var durable: Deque<OrderedCommit> = []
    /// Set if the durable commits are to be applied to it; the result is to be handed to `rebase`.
    fileprivate var base: TreeState?

    /// The new base; nil if it is not to change.
    consuming func replayed() -> TreeState? {
      guard var base else { return nil }
      for commit in durable { base.replay(commit) }
      return base
    }
  }

  /// What there is to take back.
  struct Failure {
    /// The tree after the last durable commit.
    var durable: TreeState
    /// What was visible and is behind it, in order.
    var lost: [OrderedCommit]
  }

  /// Holds the commits before the first of `commits` and no other; nil while nothing is visible
  /// ahead of the disk.
  private var base: TreeState?
  /// In order. Without a base: those that are not applied yet.
  private var commits: Deque<OrderedCommit> = []
  /// The last commit that was visible before it was durable.
  private var lastAhead = CommitSequence.zero
  private var mark: Mark?

  /// A commit has its place in the order.
  /// - Parameter visible: the state before it is applied.
  mutating func add(_ commit: OrderedCommit, visible: TreeState) {
    if commit.isAhead {
      if base == nil { base = visible }
      lastAhead = commit.sequence
    }
    commits.append(commit)
  }

  /// The first publication that waited has become visible, since it is durable.
  mutating func publishedInOrder(_ sequence: CommitSequence) {
    guard base == nil, commits.first?.sequence == sequence else { return }
    commits.removeFirst()
  }

  /// Everything through `durable` is, and is visible.
  /// - Parameter whole: the visible state, if no commit that has its place is missing in it.
  mutating func settle(through durable: CommitSequence, whole: Mark?) -> Settled {
    var settled = Settled()
    guard let present = base else { return settled }
    guard lastAhead > durable else {
      settled.former = [present] + (mark.map { [$0.state] } ?? [])
      settled.durable = takeCommits(through: durable)
      base = nil
      mark = nil
      return settled
    }
    if let mark {
      guard mark.sequence <= durable else { return settled }
      settled.former = [present]
      settled.durable = takeCommits(through: mark.sequence)
      base = mark.state
      self.mark = nil
    }
    if let whole {
      mark = whole
    } else if settled.former.isEmpty {
      settled.former = [present]
      settled.durable = takeCommits(through: durable)
      settled.base = present
    }
    return settled
  }

  mutating func rebase(_ state: TreeState) { base = state }

  /// The log has failed behind `durable`. Nil if nothing was visible that is lost.
  mutating func fail(behind durable: CommitSequence) -> Failure? {
    defer { self = WayBack() }
    guard var state = base, lastAhead > durable else { return nil }
    for commit in takeCommits(through: durable) { state.replay(commit) }
    return Failure(durable: state, lost: commits.filter(\.isAhead))
  }

  /// Most often it is nearly all of them, so the few others are moved.
  private mutating func takeCommits(through sequence: CommitSequence) -> Deque<OrderedCommit> {
    var (low, high) = (0, commits.count)
    while low < high {
      let middle = (low + high) / 2
      if commits[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
    }
    var taken = commits
    commits = Deque(taken.suffix(from: low))
    taken.removeLast(taken.count - low)
    return taken
  }
}
