import LogFormat

import struct SystemPackage.Errno

@testable import FileTree

/// All that a path can show of a tree, by path.
struct TreePicture: Hashable {
  struct File: Hashable {
    var inode: Inode
    var mode: UInt32
    var owner: [UInt32]
    var links: UInt32
    var size: UInt64
    var times: [Timestamp]
    var extended: [[UInt8]]
    var target: [UInt8]
    /// Nil for what has no content.
    var content: Fingerprint?
    /// The content could not be read.
    var isDamaged = false
  }

  var files: [String: File] = [:]

  init(_ tree: FileTree) throws {
    try visit(.root, "", tree)
  }

  subscript(path: String) -> File? { files[path] }

  /// Without the contents that `other` cannot read.
  func hiding(damagedIn other: TreePicture) -> TreePicture {
    var picture = self
    for (path, file) in other.files where file.isDamaged {
      picture.files[path]?.content = nil
      picture.files[path]?.isDamaged = true
    }
    return picture
  }

  var isDamaged: Bool { files.values.contains { $0.isDamaged } }

  private mutating func visit(_ inode: Inode, _ path: String, _ tree: FileTree) throws {
    files[path] = try Self.file(inode, tree)
    guard let listing = try? tree.list(inode) else { return }
    for index in 0..<listing.count {
      try visit(listing[index].inode, "\(path)/\(listing[index].name)", tree)
    }
  }

  private static func file(_ inode: Inode, _ tree: FileTree) throws -> File {
    let view = tree.view(inode)!
    let attributes = view.attributes
    var file = File(
      inode: inode, mode: attributes.mode, owner: [attributes.uid, attributes.gid],
      links: attributes.links, size: attributes.size,
      times: [
        attributes.accessed, attributes.modified, attributes.changed, attributes.created,
      ],
      extended: tree.extendedAttributes(of: inode)!.entries.map { $0.name + [0] + $0.value }
        .sorted { $0.lexicographicallyPrecedes($1) },
      target: (try? tree.symlinkTarget(inode)) ?? [])
    do throws(Errno) {
      if let version = view.version { file.content = Fingerprint(try version.bytes()) }
    } catch {
      guard error == .ioError else { throw error }
      file.isDamaged = true
    }
    return file
  }
}

extension TreePicture {
  func differences(from other: TreePicture) -> [String] {
    Set(files.keys).union(other.files.keys).sorted().compactMap { path in
      self[path] == other[path]
        ? nil : "\(path): \(self[path] as Any) instead of \(other[path] as Any)"
    }
  }
}
