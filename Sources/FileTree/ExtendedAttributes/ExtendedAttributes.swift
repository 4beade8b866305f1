/// The extended attributes of one file, by whole names, namespace included. A value; that of a file
/// without any takes one word.
public struct ExtendedAttributes: Equatable, Sendable {
  struct Entry: Equatable, Sendable {
    var name: [UInt8]
    var value: [UInt8]
  }

  /// The most bytes that the values of one file may take together, and its names, each with a NUL:
  /// as much as one value, and one `listxattr(2)`, can be.
  static let bytesMax = 1 << 16

  /// In the order in which they were set first.
  private(set) var entries: [Entry] = []

  /// None.
  public init() {}

  public var isEmpty: Bool { entries.isEmpty }

  /// Looks up without making a copy of the name, for the kernel asks before each write.
  public subscript(name: UnsafeRawBufferPointer) -> [UInt8]? {
    entries.first { $0.name.elementsEqual(name) }?.value
  }

  public internal(set) subscript(name: [UInt8]) -> [UInt8]? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The names that a caller may see, each with a NUL after it, as `listxattr(2)` gives them.
  /// - Parameter trusted: whether those for administrators are among them.
  public func list(trusted: Bool) -> [UInt8] {
    entries.filter { trusted || !ExtendedAttributeName.isTrusted($0.name) }.flatMap {
      $0.name + [0]
    }
  }

  /// Whether some are there for administrators only.
  public var hasTrusted: Bool { entries.contains { ExtendedAttributeName.isTrusted($0.name) } }

  var fits: Bool {
    entries.reduce(0) { $0 + $1.value.count } <= Self.bytesMax
      && entries.reduce(0) { $0 + $1.name.count + 1 } <= Self.bytesMax
  }
}
