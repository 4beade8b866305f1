/// What a command left behind.
struct ShellResult: CustomStringConvertible {
  let script: String
  let ending: Ending
  let output: [UInt8]
  let errors: String

  /// The output as text, without the line end at its end.
  var text: String {
    var bytes = output[...]
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether it exited with 0.
  var succeeded: Bool { ending == .exited(0) }

  var description: String {
    "\(script)\n→ \(ending)\noutput: \(text.prefix(2000))\nerrors: \(errors.prefix(2000))"
  }
}

extension ShellResult {
  /// - Throws: `TestFailure` unless it exited with 0.
  @discardableResult
  func require() throws -> ShellResult {
    guard succeeded else { throw TestFailure("failed: \(self)") }
    return self
  }
}
