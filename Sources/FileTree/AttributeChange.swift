import LogFormat

/// A time to set: the present one or a given one (`UTIME_NOW` of `utimensat(2)`).
public enum TimeChange: Equatable, Sendable {
  case now
  case at(Timestamp)

  func resolved(_ now: Timestamp) -> Timestamp {
    switch self {
    case .now: now
    case .at(let time): time
    }
  }
}

/// What `chmod`, `chown` and `utimensat` change; nil leaves a field as it is.
public struct AttributeChange: Equatable, Sendable {
  /// Permission bits, type bits are ignored.
  public var mode: UInt32?
  public var uid: UInt32?
  public var gid: UInt32?
  public var accessed: TimeChange?
  public var modified: TimeChange?

  public init(
    mode: UInt32? = nil, uid: UInt32? = nil, gid: UInt32? = nil, accessed: TimeChange? = nil,
    modified: TimeChange? = nil
  ) {
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.accessed = accessed
    self.modified = modified
  }

  var isEmpty: Bool { self == AttributeChange() }

  /// Makes the change, at the time `now`.
  public func apply(to attributes: inout Attributes, at now: Timestamp) {
    if let mode {
      attributes.mode = attributes.mode.fileType | (mode & FileType.permissions)
    }
    attributes.uid = uid ?? attributes.uid
    attributes.gid = gid ?? attributes.gid
    attributes.accessed = accessed?.resolved(now) ?? attributes.accessed
    attributes.modified = modified?.resolved(now) ?? attributes.modified
    attributes.changed = now
  }

  /// This change followed by `later`.
  func merged(with later: AttributeChange) -> AttributeChange {
    AttributeChange(
      mode: later.mode ?? mode, uid: later.uid ?? uid, gid: later.gid ?? gid,
      accessed: later.accessed ?? accessed, modified: later.modified ?? modified)
  }
}
