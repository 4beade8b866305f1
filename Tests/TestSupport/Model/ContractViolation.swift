/// A promise that was not kept, in words that reproduce it.
public struct ContractViolation: Error, CustomStringConvertible, Sendable {
  public var description: String

  public init(_ description: String) { self.description = description }
}
