/// One line of the report.
struct Row: Codable, Sendable {
  enum Unit: String, Codable, Sendable {
    case perSecond = "/s"
    case bytesPerSecond = "B/s"
    case seconds = "s"
    case bytes = "B"
    case count = ""
    case ratio = "×"
  }

  /// What the ratio should reach, or the figure itself where there is none.
  struct Target: Codable, Sendable {
    var isAtLeast: Bool
    var value: Double

    static func atLeast(_ value: Double) -> Target { Target(isAtLeast: true, value: value) }
    static func atMost(_ value: Double) -> Target { Target(isAtLeast: false, value: value) }

    /// As far as the printed digits tell.
    func isMet(by value: Double) -> Bool {
      isAtLeast ? value >= self.value * 0.995 : value <= self.value * 1.005
    }
  }

  /// What is done, such as "replace 4 KiB, 16 writers".
  var what: String
  /// Who does it, such as "by hand on ext4".
  var who: String
  var unit: Unit
  var median: Double
  var lowest: Double
  var highest: Double
  /// How many times the value of the other the mount's is, as a median of the rounds.
  var ratio: Double?
  /// Whom the ratio is to.
  var to: String?
  var target: Target?

  init(
    _ what: String, _ who: String, _ unit: Unit, _ samples: Samples, ratio: Samples? = nil,
    to other: String? = nil, target: Target? = nil
  ) {
    self.what = what
    self.who = who
    self.unit = unit
    median = samples.median
    lowest = samples.lowest
    highest = samples.highest
    self.ratio = ratio?.median
    to = other
    self.target = target
  }

  init(_ what: String, _ who: String, _ unit: Unit, _ value: Double, target: Target? = nil) {
    self.init(what, who, unit, Samples([value]), target: target)
  }

  /// Nil if nothing is aimed at.
  var isMet: Bool? { target?.isMet(by: ratio ?? median) }
}

extension Contest.Outcome {
  /// A row for each of `names`, and the ratio of the first to those that are aimed at.
  func rows(
    _ what: String, _ unit: Row.Unit, _ names: [String], targets: [String: Row.Target] = [:]
  ) -> [Row] {
    guard let first = names.first else { return [] }
    return names.map { name in
      guard name != first else { return Row(what, name, unit, samples(name)) }
      return Row(
        what, name, unit, samples(name), ratio: ratio(first, to: name), to: first,
        target: targets[name])
    }
  }
}
