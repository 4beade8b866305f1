/// How many inputs there were of each kind, and what became of them.
struct Tally: CustomStringConvertible {
  private var accepted: [Target: Int] = [:]
  private var refused: [Target: Int] = [:]

  /// Reads the input and counts it.
  mutating func run(_ input: Input) throws {
    switch try input.run() {
    case .accepted: accepted[input.target, default: 0] += 1
    case .refused: refused[input.target, default: 0] += 1
    }
  }

  var description: String {
    Target.allCases.map { target in
      let (taken, not) = (accepted[target, default: 0], refused[target, default: 0])
      return "\(target): \(taken + not) inputs, \(taken) accepted, \(not) refused"
    }.joined(separator: "\n")
  }
}
