/// A moment after which waiting is a failure.
struct Deadline {
  private let moment: ContinuousClock.Instant

  /// A deadline that lies `duration` ahead.
  init(in duration: Duration) { moment = .now + duration }

  /// Whether the moment is over.
  var isOver: Bool { .now >= moment }

  /// What is left, in whole milliseconds, never negative; what `poll(2)` takes.
  var milliseconds: Int32 {
    let left = moment - .now
    guard left > .zero else { return 0 }
    let (seconds, fraction) = left.components
    return Int32(clamping: seconds * 1000 + fraction / 1_000_000_000_000_000 + 1)
  }
}
