/// A regular file's version, and what it holds at one place in the order.
///
/// A version can grow (W3), so a state of the tree remembers what it held then: a checkpoint must
/// not write down what comes later.
struct FileBody: Sendable {
  var version: Version
  var content: Content

  /// A version of its own for `content`.
  init(_ content: Content) {
    self.init(version: Version(content), content: content)
  }

  init(version: Version, content: Content) {
    self.version = version
    self.content = content
  }

  /// Whether `other` is the same content of the same version.
  func isSame(as other: FileBody) -> Bool {
    version === other.version && content.revision == other.content.revision
  }
}
