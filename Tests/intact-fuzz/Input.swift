import TestSupport

/// One input: what it is for, and the chance that it is made of.
struct Input {
  let target: Target
  private let seed: UInt64

  init(seed: UInt64, number: UInt64) {
    // Of twenty inputs most are for what is quick.
    target =
      switch number % 20 {
      case 0..<9: .records
      case 9..<16: .headers
      case 16..<18: .log
      default: .tree
      }
    self.seed = seed &* 0x9E37_79B9_7F4A_7C15 ^ number &* 0xD1B5_4A32_D192_ED03
  }

  /// Reads it; anything but a crash, a hang or a contradiction is an outcome.
  func run() throws -> Outcome {
    var chance = Chance(seed: seed)
    return switch target {
    case .records: try RecordsInput.run(&chance)
    case .headers: try HeadersInput.run(&chance)
    case .log: try LogInput.run(&chance)
    case .tree: try TreeInput.run(&chance)
    }
  }
}

/// What an input is read by.
enum Target: CaseIterable {
  /// The reader of records.
  case records
  /// The headers that frame them.
  case headers
  /// The recovery of the log.
  case log
  /// The recovery of the tree, and whatever reads the tree then.
  case tree
}

/// What became of an input.
enum Outcome {
  case accepted
  case refused
}
