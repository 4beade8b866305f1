import LogFormat
import struct SystemPackage.Errno

/// What `setxattr(2)` or `removexattr(2)` asks for.
public struct ExtendedAttributeChange: Sendable {
  /// What must hold of the name before (`XATTR_CREATE`, `XATTR_REPLACE`).
  public enum Condition: Sendable {
    case none
    case absent
    case present
  }

  public var name: [UInt8]
  /// Nil: the attribute goes.
  public var value: [UInt8]?
  public var condition: Condition
  /// An access ACL takes the set-group-id bit away: who sets it is not of the file's group.
  public var clearsSetGroupID = false

  public init(name: [UInt8], value: [UInt8]?, condition: Condition = .none) {
    self.name = name
    self.value = value
    self.condition = condition
  }
}

/// What a change comes to on a file as it is.
struct ResolvedExtendedAttribute: Sendable {
  var name: [UInt8]
  /// Nil: the attribute goes, or stays away.
  var value: [UInt8]?
  /// What the file's permissions become by an access ACL.
  var mode: UInt32?

  /// Whether it sets what is there: then ext4 leaves the change time as it is.
  func isSame(in present: ExtendedAttributes) -> Bool {
    value != nil && value == present[name] && mode == nil
  }
}

extension ExtendedAttributeChange {
  /// - Throws: as ext4: `EEXIST` and `ENODATA` by the condition, `ENODATA` for what is not there to
  ///   be removed, `EINVAL` for an ACL that is none, `EACCES` for a default ACL of anything but a
  ///   directory, `EOPNOTSUPP`, `ENOSPC` for more than one file may have.
  func resolve(
    on present: ExtendedAttributes, mode: UInt32
  ) throws(Errno) -> ResolvedExtendedAttribute {
    try ExtendedAttributeName.check(name)
    let existing = present[name]
    if condition == .absent, existing != nil { throw .fileExists }
    if condition == .present, existing == nil { throw .noData }
    guard let value else {
      guard existing != nil else { throw .noData }
      return ResolvedExtendedAttribute(name: name)
    }
    var resolved = ResolvedExtendedAttribute(name: name, value: value)
    if name == ExtendedAttributeName.accessList {
      try resolveAccess(&resolved, value, mode)
    } else if name == ExtendedAttributeName.defaultList {
      guard AccessControlList(value) != nil else { throw .invalidArgument }
      guard mode.fileType == FileType.directory else { throw .permissionDenied }
    }
    var after = present
    after[name] = resolved.value
    guard after.fits else { throw .noSpace }
    return resolved
  }

  private func resolveAccess(
    _ resolved: inout ResolvedExtendedAttribute, _ value: [UInt8], _ mode: UInt32
  ) throws(Errno) {
    guard mode.fileType != FileType.symlink else { throw .notSupported }
    guard let list = AccessControlList(value) else { throw .invalidArgument }
    var permissions = (mode & FileType.permissions & ~0o777) | list.permissions
    if clearsSetGroupID { permissions &= ~FileType.setGroupID }
    resolved.mode = permissions
    if list.isMode { resolved.value = nil }
  }
}

extension ResolvedExtendedAttribute {
  /// The record for the attribute itself.
  func record(for inode: Inode, at time: Timestamp) -> Record {
    guard let value else {
      return .removeExtendedAttribute(
        RemoveExtendedAttributeRecord(inode: inode, name: name, changed: time))
    }
    return .setExtendedAttribute(
      SetExtendedAttributeRecord(inode: inode, name: name, value: value, changed: time))
  }
}
