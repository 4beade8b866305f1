import LogFormat

/// A file as a path shows it: its attributes, and its content if it is a regular file (R1).
public struct FileView: Sendable {
  public var attributes: Attributes
  /// The published version; nil for anything but a regular file.
  public var version: Version?
}

/// What a name leads to.
public enum Lookup: Sendable {
  case found(FileView)
  /// A name that is being created and was not published yet (N1).
  case pending(Staging)
  case absent
}
