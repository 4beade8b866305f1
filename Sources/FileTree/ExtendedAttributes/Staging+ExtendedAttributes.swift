import LogFormat
import struct SystemPackage.Errno

extension Staging {
  /// What its descriptor shows; may be asked for at any time.
  public func extendedAttributes() -> ExtendedAttributes {
    let published = tree.core.withLock { $0.extendedAttributes(for: self) }
    return status.withLock { status in
      var attributes = status.extended.applied(to: published)
      if let mode = status.change.mode { attributes.follow(mode) }
      return attributes
    }
  }

  /// Sets or removes an extended attribute; it is published with the content (W5).
  public func changeExtendedAttribute(_ change: ExtendedAttributeChange) throws(Errno) {
    try refuseIfSpent()
    let present = extendedAttributes()
    let resolved = try change.resolve(on: present, mode: attributes().mode)
    if resolved.isSame(in: present) { return }
    let now = Timestamp.now()
    status.withLock { status in
      if let mode = resolved.mode { status.change.mode = mode }
      status.extended.stage(resolved)
      status.changed = now
    }
  }
}
