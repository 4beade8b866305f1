extension ExtendedAttributes {
  /// An access ACL keeps in step with a mode that was set: its entries for the owner, for others,
  /// and for the mask or the group.
  mutating func follow(_ mode: UInt32) {
    guard !entries.isEmpty, let value = self[ExtendedAttributeName.accessList],
      var list = AccessControlList(value)
    else { return }
    list.follow(mode)
    self[ExtendedAttributeName.accessList] = list.encoded
  }

  /// The permission bits do not tell all.
  public var hasAccessList: Bool { self[ExtendedAttributeName.accessList] != nil }

  /// What a file that is made in a directory with these attributes begins with, and its mode: by
  /// the directory's default ACL, else by the umask.
  func inherited(mode: UInt32, umask: UInt32) -> (ExtendedAttributes, mode: UInt32) {
    var inherited = ExtendedAttributes()
    guard mode.fileType != FileType.symlink else { return (inherited, mode) }
    guard let value = self[ExtendedAttributeName.defaultList], var list = AccessControlList(value)
    else { return (inherited, mode & ~(umask & 0o777)) }
    list.restrict(to: mode)
    if !list.isMode { inherited[ExtendedAttributeName.accessList] = list.encoded }
    if mode.fileType == FileType.directory {
      inherited[ExtendedAttributeName.defaultList] = value
    }
    return (inherited, mode & ~0o777 | list.permissions)
  }
}
