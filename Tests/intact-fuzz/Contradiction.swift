/// What no input may bring about, though nothing crashed.
struct Contradiction: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
