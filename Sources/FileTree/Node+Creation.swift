import LogFormat

extension Node {
  /// Records that make the node as it is, but for content and names.
  var creation: [Record] {
    var target: [UInt8] = []
    if case .symlink(let bytes) = body { target = bytes }
    let create = CreateRecord(
      inode: inode, mode: attributes.mode, uid: attributes.uid, gid: attributes.gid,
      rdev: rdev, accessed: attributes.accessed, modified: attributes.modified,
      changed: attributes.changed, created: attributes.created, symlinkTarget: target)
    return [.create(create)] + extendedAttributeRecords
  }
}
