import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// The extended attributes that a path to the file shows; nil if it has no name any more.
  public func extendedAttributes(of inode: Inode) -> ExtendedAttributes? {
    core.withLock { $0.state[inode]?.extendedAttributes }
  }

  /// `setxattr(2)` and `removexattr(2)` by path, or by a descriptor with nothing staged: one
  /// commit, with the mode that an access ACL gives the file.
  public func changeExtendedAttribute(
    _ inode: Inode, _ change: ExtendedAttributeChange, _ answer: @escaping Answer<Void>
  ) {
    perform(answer) { core throws(Errno) in
      guard core.inFlight[inode] == nil else { return .wait(inode) }
      guard let node = core.state[inode] else { throw .noSuchFileOrDirectory }
      let resolved = try change.resolve(
        on: node.extendedAttributes, mode: node.attributes.mode)
      if resolved.isSame(in: node.extendedAttributes) { return .answer(()) }
      let time = core.now()
      var records: [Record] = []
      if let mode = resolved.mode {
        records.append(
          .setAttributes(SetAttributesRecord(inode: inode, mode: mode, changed: time)))
      }
      records.append(resolved.record(for: inode, at: time))
      return .change(Change(records: records, frees: resolved.value == nil) { _ in })
    }
  }
}
