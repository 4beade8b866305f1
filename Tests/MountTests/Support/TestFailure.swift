/// What went wrong in a step that a test needs, in one sentence.
struct TestFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
