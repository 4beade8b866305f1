import Testing

@testable import CommitLog

/// When a group waits for others, and for how many.
struct GatheringTests {
  private let start = ContinuousClock.now

  @Test func `who is alone never waits`() {
    var gathering = Gathering()
    for _ in 0..<3 {
      expect(nil, of: &gathering, waiting: 1, now: start)
      gathering.end(waiting: 1)
      gathering.written(members: 1, waiting: 0, time: .seconds(1), now: start)
    }
  }

  @Test func `a group waits for as many as there were lately, and no longer than for a moment`()
    throws
  {
    var gathering = Gathering()
    gathering.end(waiting: 1)
    gathering.written(members: 1, waiting: 3, time: .microseconds(80), now: start)
    #expect(gathering.company == 4)
    let waited = gathering.deadline(waiting: 1, now: start)
    let deadline = try #require(waited)
    #expect(deadline - start == .microseconds(240))
    // Who comes meanwhile does not put it off.
    expect(deadline, of: &gathering, waiting: 2, now: start + .microseconds(100))
    expect(nil, of: &gathering, waiting: 4, now: start + .microseconds(110))
    expect(nil, of: &gathering, waiting: 3, now: deadline)
    gathering.end(waiting: 3)
    #expect(gathering.company == 3, "a wait in vain is not made again")
    gathering.end(waiting: 1)
    #expect(gathering.company == 1)
  }

  @Test func `where flushes are slow it waits longer, within measure`() throws {
    var gathering = Gathering()
    for _ in 0..<50 {
      gathering.written(members: 1, waiting: 1, time: .milliseconds(3), now: start)
    }
    let waited = gathering.deadline(waiting: 1, now: start)
    let deadline = try #require(waited)
    #expect(deadline - start > .milliseconds(1) && deadline - start <= .milliseconds(1.5))
    gathering.end(waiting: 1)
    for _ in 0..<100 {
      gathering.written(members: 1, waiting: 200, time: .microseconds(10), now: start)
    }
    let waitedLongest = gathering.deadline(waiting: 1, now: start)
    let longest = try #require(waitedLongest)
    #expect(longest - start == .milliseconds(2))
  }

  @Test(arguments: [(150, 1500), (250, 600)])
  func `it waits for as long as they take to come, unless a flush takes much less`(
    interval: Int, wait: Int
  ) throws {
    var gathering = Gathering()
    for group in 0..<100 {
      let now = start + .microseconds(interval * group)
      gathering.written(members: 1, waiting: 9, time: .microseconds(100), now: now)
    }
    let deadline = gathering.deadline(waiting: 1, now: start)
    let waited = try #require(deadline) - start
    #expect(abs(waited / .microseconds(1) - Double(wait)) < 2)
  }

  private func expect(
    _ deadline: ContinuousClock.Instant?, of gathering: inout Gathering, waiting: Int,
    now: ContinuousClock.Instant, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = gathering.deadline(waiting: waiting, now: now)
    #expect(found == deadline, sourceLocation: sourceLocation)
  }
}
