/// Ways to the same end that take turns, so that what the machine does meanwhile meets all of them.
struct Contest {
  struct Contestant {
    let name: String
    /// Has one turn; answers its result.
    let turn: () throws -> Double
  }

  let contestants: [Contestant]

  init(_ contestants: [(String, () throws -> Double)]) {
    self.contestants = contestants.map { Contestant(name: $0.0, turn: $0.1) }
  }

  /// The same at each of several places, by their names.
  init(at places: [(name: String, path: String)], _ turn: @escaping (String) throws -> Double) {
    self.init(places.map { place in (place.name, { try turn(place.path) }) })
  }

  /// What came of it, by contestant and round.
  struct Outcome {
    let values: [String: [Double]]

    func samples(_ name: String) -> Samples { Samples(values[name] ?? []) }

    /// How many times the value of `other` that of `name` is, round by round.
    func ratio(_ name: String, to other: String) -> Samples {
      Samples(zip(values[name] ?? [], values[other] ?? []).map { $0 / $1 })
    }
  }

  /// - Parameter rounds: how many turns each has; who begins changes.
  func run(rounds: Int) throws -> Outcome {
    var values: [String: [Double]] = [:]
    for round in 0..<rounds {
      for index in contestants.indices {
        let contestant = contestants[(index + round) % contestants.count]
        values[contestant.name, default: []].append(try contestant.turn())
      }
    }
    return Outcome(values: values)
  }
}
