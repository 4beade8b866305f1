/// One thing that is measured.
protocol Scenario: Sendable {
  /// What `--only` selects by, and the heading of its rows.
  var name: String { get }

  func measure(_ bench: Bench) throws -> [Row]
}

/// Where and how much is measured.
struct Bench {
  let workplace: Workplace
  let plan: Plan
}
