import struct SystemPackage.Errno

/// What a publication takes from its file, although nobody staged that: privileges which the file
/// was given, by a path, while content that its owner had not seen was staged. A write would have
/// taken them away at once where writes are seen at once.
struct LostPrivileges {
  static let capability = Array("security.capability".utf8)
  private static let setUserID: UInt32 = 0o4000
  private static let groupExecutes: UInt32 = 0o0010

  /// The mode without set-id bits; nil: it stays.
  var mode: UInt32?
  var capability = false

  /// `mode` without its set-id bits; nil if it has none that a write takes.
  static func withoutSetID(_ mode: UInt32) -> UInt32? {
    var cleared = mode & ~setUserID
    if cleared & groupExecutes != 0 { cleared &= ~FileType.setGroupID }
    return cleared == mode ? nil : cleared & FileType.permissions
  }
}

extension TreeCore {
  func privilegesLost(by publication: Publication) -> LostPrivileges {
    var lost = LostPrivileges()
    guard publication.isAppend || publication.staging.content.isChanged,
      let node = state[publication.inode]
    else {
      return lost
    }
    let status = publication.staging.status.withLock { $0 }
    let flight = inFlight[publication.inode]
    if status.isUnprivileged, publication.isAppend || status.change.mode == nil {
      lost.mode = LostPrivileges.withoutSetID(flight?.lastMode ?? node.attributes.mode)
    }
    // What precedes in the order and is not applied yet may set one; to remove none does no harm.
    let mayHaveOne =
      (flight?.sequenced ?? 0) > 0 || node.extendedAttributes[LostPrivileges.capability] != nil
    let isStaged = status.extended.changes.contains { $0.name == LostPrivileges.capability }
    lost.capability = mayHaveOne && (publication.isAppend || !isStaged)
    return lost
  }
}

extension Staging {
  /// From now on somebody without privileges may write it.
  public func markUnprivileged() { status.withLock { $0.isUnprivileged = true } }

  /// A write takes `security.capability`, whoever makes it.
  public func removeCapability() throws(Errno) {
    let name = LostPrivileges.capability
    guard extendedAttributes()[name] != nil else { return }
    try changeExtendedAttribute(ExtendedAttributeChange(name: name, value: nil))
  }

  /// The next commit sets `security.capability`.
  public var setsCapability: Bool {
    status.withLock { status in
      status.extended.changes.contains { $0.name == LostPrivileges.capability && $0.value != nil }
    }
  }

  /// The next commit sets the permissions.
  public var setsMode: Bool { status.withLock { $0.change.mode != nil } }
}
