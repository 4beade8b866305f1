/// How long a group waits for further commits, so that writers who commit again and again share
/// flushes also where the disk is faster than they are.
///
/// It waits only for as many as there were lately, and a wait in vain lowers that number: who is
/// alone never waits.
struct Gathering: Sendable {
  /// What a commit of a group may take to arrive, and all of them, where flushes are fast.
  private static let step = Duration.microseconds(60)
  private static let most = Duration.milliseconds(2)
  /// Commits that come further apart than so many flushes take are not worth a longer wait.
  private static let worth = 2

  /// How many wait for the same flush, as far as the last groups tell.
  private(set) var company = 1
  /// How long a write and its flush take, on average.
  private var flushTime = Duration.zero
  /// How long it takes from one commit to the next, on average.
  private var interval = Duration.zero
  private var lastWritten: ContinuousClock.Instant?
  private var begun: ContinuousClock.Instant?

  /// Until when to wait for others; nil if the group is to be written now.
  /// - Parameter waiting: commits that somebody waits for.
  mutating func deadline(waiting: Int, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    guard waiting < company else { return nil }
    let begun = self.begun ?? now
    self.begun = begun
    let step = interval < flushTime * Self.worth ? max(Self.step, interval) : Self.step
    let deadline = begun + max(flushTime / 2, min(Self.most, step * company))
    return now < deadline ? deadline : nil
  }

  /// Whether there is nobody more to wait for.
  func isOver(waiting: Int) -> Bool { begun == nil || waiting >= company }

  /// A group is taken, of the commits that are waiting.
  mutating func end(waiting: Int) {
    if waiting < company { company = max(1, waiting) }
    begun = nil
  }

  /// A group has been written.
  /// - Parameters:
  ///   - members: how many waited for it.
  ///   - waiting: how many have come meanwhile: they could have been in it.
  ///   - time: what writing and flushing took, until `now`.
  mutating func written(
    members: Int, waiting: Int, time: Duration, now: ContinuousClock.Instant
  ) {
    company = max(company, members + waiting)
    if let lastWritten, members > 0 {
      interval = (interval * 7 + min((now - lastWritten) / members, .milliseconds(10))) / 8
    }
    lastWritten = now
    flushTime = (flushTime * 7 + time) / 8
  }
}
