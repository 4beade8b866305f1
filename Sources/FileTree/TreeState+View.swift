import LogFormat

extension TreeState {
  /// A file as `stat` sees it.
  func view(_ inode: Inode) -> FileView? {
    nodes[inode].map { FileView(attributes: $0.statAttributes, version: $0.file?.version) }
  }

  func entry(_ name: Name, in directory: Inode) -> Inode? {
    nodes[directory]?.directory?.entries[name]
  }
}

extension Node {
  /// The attributes with what the body adds to them: size, space, a directory's links.
  var statAttributes: Attributes {
    let (links, size, blocks) = measures
    return Attributes(
      inode: attributes.inode, mode: attributes.mode, links: links, uid: attributes.uid,
      gid: attributes.gid, rdev: rdev, size: size, blocks512: blocks,
      accessed: attributes.accessed, modified: attributes.modified, changed: attributes.changed,
      created: attributes.created)
  }

  private var measures: (links: UInt32, size: UInt64, blocks512: UInt64) {
    switch body {
    case .file(let file): (attributes.names, file.content.size, file.content.blocks512)
    case .directory(let directory): (2 + directory.subdirectories, 4096, 8)
    case .symlink(let target): (attributes.names, UInt64(target.count), 0)
    case .special: (attributes.names, 0, 0)
    }
  }
}
