import LogFormat

extension TreeCore {
  /// The extended attributes of a staging's file, without what is staged; a pending file has what
  /// it inherited.
  func extendedAttributes(for staging: Staging) -> ExtendedAttributes {
    state[staging.inode]?.extendedAttributes ?? staging.pending?.extended ?? ExtendedAttributes()
  }

  /// What a new file begins with by its directory's default ACL, and the mode that this or the
  /// umask leaves it.
  func inherit(
    _ record: inout CreateRecord, _ creation: Creation, in directory: Inode
  ) -> ExtendedAttributes {
    let parent = state[directory]?.extendedAttributes ?? ExtendedAttributes()
    let (inherited, mode) = parent.inherited(mode: record.mode, umask: creation.umask)
    record.mode = mode
    return inherited
  }
}

extension Publication {
  /// The records of what is staged (W5); a file's first publication begins with what it inherited.
  func extendedAttributeRecords(
    _ status: StagingStatus, creates: Bool, _ lost: LostPrivileges
  ) -> [Record] {
    var records: [Record] = []
    if lost.capability {
      let capability = ResolvedExtendedAttribute(name: LostPrivileges.capability)
      records.append(capability.record(for: inode, at: time))
    }
    if creates, var inherited = staging.pending?.extended {
      if let mode = status.change.mode { inherited.follow(mode) }
      records += inherited.records(for: inode, at: time)
    }
    return records + status.extended.changes.map { $0.record(for: inode, at: time) }
  }
}
