import Glibc

/// How the reading thread waits for the next request: while requests come quickly it asks for them
/// again and again instead of sleeping, since to wake a thread on another processor takes longer
/// than to answer most of them. A program that waits for its answer then has the next request there
/// at once.
package struct RequestWait {
  /// For how long a processor is kept busy by it, in nanoseconds.
  package static let limit: UInt64 = 50_000
  /// The same while a program waits for the disk: once it has its answer it will ask for more. A
  /// slow disk takes longer, and then the next wait begins asleep.
  package static let limitBeforeAnswer: UInt64 = 300_000

  /// Nil before the first look that found nothing.
  private var began: UInt64?
  /// Of this wait.
  private var limit = RequestWait.limit
  /// The last wait was so short that looking again and again would have ended it.
  private var wasShort = false
  private let hasProcessors: Bool

  /// - Parameter processors: on one alone, the program could not go on meanwhile.
  package init(processors: Int = sysconf(CInt(_SC_NPROCESSORS_ONLN))) {
    hasProcessors = processors > 1
  }

  /// There is no request at `now`, in nanoseconds: true if it is time to sleep until there is.
  /// - Parameter isAnswerDue: somebody waits for the disk.
  package mutating func isOver(at now: UInt64, isAnswerDue: Bool) -> Bool {
    let began = began ?? now
    self.began = began
    if isAnswerDue { limit = RequestWait.limitBeforeAnswer }
    return !wasShort || now - began > limit
  }

  /// A request has come.
  /// - Parameter now: asked for only if it was waited for.
  package mutating func end(at now: @autoclosure () -> UInt64) {
    guard let began else { return }
    wasShort = hasProcessors && now() - began <= limit
    limit = RequestWait.limit
    self.began = nil
  }
}
