import ArgumentParser

/// What no input may do; done on purpose, it shows that it would be seen.
enum Breach: String, ExpressibleByArgument, CaseIterable {
  case trap
  case stack
  case hang
  case memory
  case contradiction

  func happen() throws {
    switch self {
    case .trap: preconditionFailure("on purpose")
    case .stack: _ = Self.depth(1)
    case .hang: while true {}
    case .memory:
      var memory: [[UInt8]] = []
      while true { memory.append([UInt8](repeating: 1, count: 1 << 20)) }
    case .contradiction: throw Contradiction("on purpose")
    }
  }

  @inline(never) private static func depth(_ number: Int) -> Int {
    number == .max ? 0 : 1 + depth(number + 1) % 7
  }
}
