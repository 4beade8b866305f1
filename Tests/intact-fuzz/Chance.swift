import LogFormat
import TestSupport

/// Decides everything about an input.
struct Chance {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// True once in `count` times.
  mutating func once(in count: UInt64) -> Bool { random.next() % count == 0 }

  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  mutating func among(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  mutating func pick<C: RandomAccessCollection>(_ choices: C) -> C.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }

  mutating func word() -> UInt64 { random.next() }

  /// A number of the kind that breaks a computation.
  mutating func wild() -> UInt64 {
    switch below(8) {
    case 0: UInt64(below(4))
    case 1: .max - UInt64(below(4))
    case 2: 1 << UInt64(below(64))
    case 3: (1 << UInt64(below(64))) &- 1
    case 4: UInt64(Int64.max) &- 2 &+ UInt64(below(5))
    case 5: UInt64(below(1 << 16))
    case 6: 0 &- (1 << UInt64(below(64)))
    default: word()
    }
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    let (first, step) = (UInt8(truncatingIfNeeded: word()), UInt8(truncatingIfNeeded: word()))
    return (0..<count).map { first &+ step &* UInt8(truncatingIfNeeded: $0) }
  }

  mutating func bytes(among counts: ClosedRange<Int>) -> [UInt8] { bytes(among(counts)) }

  mutating func time() -> Timestamp {
    let seconds = once(in: 20) ? Int64(bitPattern: wild()) : Int64(1_700_000_000 + below(100))
    return Timestamp(seconds: seconds, nanoseconds: UInt32(below(1_000_000_000)))
  }

  mutating func name() -> Name {
    if once(in: 30) { return Name([UInt8](repeating: UInt8(among(128...255)), count: 255))! }
    return Name([UInt8(ascii: "a") + UInt8(below(5))])!
  }
}
