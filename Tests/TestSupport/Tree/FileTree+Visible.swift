import FileTree
import LogFormat
import struct SystemPackage.Errno

extension FileTree {
  /// What all paths show.
  /// - Parameter allowsDamage: content that cannot be read is taken down as that; else it is an
  ///   error.
  public func visible(allowsDamage: Bool = false) throws -> VisibleTree {
    var found: [(path: String, inode: Inode)] = []
    try walk(.root, path: "") { found.append(($0, $1)) }
    var tree = VisibleTree()
    var first: [Inode: String] = [:]
    for (path, inode) in found.sorted(by: { $0.path < $1.path }) {
      guard let view = view(inode) else { throw Errno.noSuchFileOrDirectory }
      let sameAs = first[inode] ?? path
      first[inode] = sameAs
      let attribute = extendedAttributes(of: inode)?[Array(VisibleTree.attributeName.utf8)]
      tree.entries[path] = VisibleTree.Entry(
        kind: try kind(of: view, allowsDamage), mode: view.attributes.mode & 0o7777,
        attribute: attribute?.first, sameAs: sameAs)
    }
    return tree
  }

  private func walk(
    _ directory: Inode, path: String, _ body: (String, Inode) -> Void
  ) throws {
    let listing = try list(directory)
    for index in 0..<listing.count {
      let entry = listing[index]
      let inner = path.isEmpty ? "\(entry.name)" : "\(path)/\(entry.name)"
      body(inner, entry.inode)
      if entry.mode & 0o170_000 == 0o040_000 { try walk(entry.inode, path: inner, body) }
    }
  }

  private func kind(
    of view: FileView, _ allowsDamage: Bool
  ) throws -> VisibleTree.Entry.Kind {
    do {
      if let version = view.version { return .file(try version.bytes()) }
    } catch Errno.ioError where allowsDamage {
      return .damaged
    }
    switch view.attributes.mode & 0o170_000 {
    case 0o040_000: return .directory
    default:
      return .symlink(
        target: String(decoding: try symlinkTarget(view.attributes.inode), as: UTF8.self))
    }
  }
}

extension Version {
  /// All of it.
  public func bytes() throws(Errno) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 1)
    defer { buffer.deallocate() }
    return Array(buffer[..<(try read(at: 0, into: buffer))])
  }
}
