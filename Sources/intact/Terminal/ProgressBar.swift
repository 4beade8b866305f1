import Glibc

/// How far a long reading has come, on one line of a terminal; silent where there is none.
struct ProgressBar {
  private let label: String
  private var total: UInt64
  private let isShown = StandardError.isTerminal
  private var done: UInt64 = 0
  private var drawn = ContinuousClock.now - .seconds(1)

  /// - Parameter total: what there is to read, in bytes.
  init(_ label: String, total: UInt64) {
    self.label = label
    self.total = total
  }

  /// `bytes` of the total have been read.
  mutating func advance(to bytes: UInt64) {
    done = bytes
    guard isShown, ContinuousClock.now - drawn > .milliseconds(100) else { return }
    drawn = .now
    StandardError.write("\r\(line)")
  }

  /// `bytes` have been read of as many as are known of now.
  mutating func advance(to bytes: UInt64, of total: UInt64) {
    self.total = total
    advance(to: bytes)
  }

  /// Clears the line.
  func finish() {
    if isShown { StandardError.write("\r\u{1B}[K") }
  }

  private var line: String {
    let share = total == 0 ? 1 : min(Double(done) / Double(total), 1)
    let width = 30
    let full = Int(share * Double(width))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    let percent = Int(share * 100)
    return "\(label) [\(bar)] \(percent)% of \(ByteCount(total))\u{1B}[K"
  }
}
