import FileTree

extension Lookup {
  /// What is staged of a pending name.
  public var staging: Staging? {
    if case .pending(let staging) = self { staging } else { nil }
  }
}
