import FuseServer
import Testing

/// When the reading thread looks for requests without sleeping.
struct RequestWaitTests {
  private let limit = RequestWait.limit

  private func expect(
    _ wait: inout RequestWait, at now: UInt64, isAnswerDue: Bool = false, sleeps: Bool
  ) {
    let isOver = wait.isOver(at: now, isAnswerDue: isAnswerDue)
    #expect(isOver == sleeps)
  }

  @Test func `after a short wait it looks again and again, until that has taken too long`() {
    var wait = RequestWait(processors: 2)
    expect(&wait, at: 1000, sleeps: true)
    wait.end(at: 1000 + limit)
    expect(&wait, at: 200_000, sleeps: false)
    expect(&wait, at: 200_000 + limit, sleeps: false)
    expect(&wait, at: 200_001 + limit, sleeps: true)
  }

  @Test func `who waits for the disk is waited for longer, also when the answer is on its way`() {
    let long = RequestWait.limitBeforeAnswer
    var wait = RequestWait(processors: 2)
    expect(&wait, at: 0, sleeps: true)
    wait.end(at: 1)
    expect(&wait, at: 1000, isAnswerDue: true, sleeps: false)
    expect(&wait, at: 1000 + long, sleeps: false)
    wait.end(at: 1000 + long)
    expect(&wait, at: 1_000_000, sleeps: false)
    expect(&wait, at: 1_000_001 + limit, sleeps: true)
  }

  @Test func `after a long wait it sleeps at once`() {
    var wait = RequestWait(processors: 2)
    expect(&wait, at: 0, sleeps: true)
    wait.end(at: limit + 1)
    expect(&wait, at: 1_000_000, sleeps: true)
  }

  @Test func `a request that is there at once changes nothing`() {
    var wait = RequestWait(processors: 2)
    expect(&wait, at: 0, sleeps: true)
    wait.end(at: 1)
    wait.end(at: 1_000_000)
    expect(&wait, at: 2_000_000, sleeps: false)
  }

  @Test func `on one processor it always sleeps`() {
    var wait = RequestWait(processors: 1)
    expect(&wait, at: 0, sleeps: true)
    wait.end(at: 1)
    expect(&wait, at: 2, sleeps: true)
  }
}
