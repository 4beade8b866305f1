import Foundation

/// What the environment sets, for longer runs and for a run once more.
enum Setting {
  /// Nil if the variable is not set, or to no number.
  static func number<Number: FixedWidthInteger>(_ variable: String) -> Number? {
    ProcessInfo.processInfo.environment[variable].flatMap { Number($0) }
  }
}
