/// A name in the root of a tree, or in a directory that is in its root.
public struct Place: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The directory's name; nil for the root.
  public var directory: String?
  public var name: String

  public init(_ name: String, in directory: String? = nil) {
    self.directory = directory
    self.name = name
  }

  /// `name` or `directory/name`.
  public init(stringLiteral path: String) {
    let parts = path.split(separator: "/").map(String.init)
    self.init(parts.last!, in: parts.count > 1 ? parts[0] : nil)
  }

  public var description: String { directory.map { "\($0)/\(name)" } ?? name }
}
