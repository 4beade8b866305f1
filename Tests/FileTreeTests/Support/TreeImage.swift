import FileTree
import LogFormat

/// All that can be seen of a tree by its names: two trees of the same image are the same tree.
struct TreeImage: Equatable {
  struct File: Equatable {
    var attributes: Attributes
    var extended: ExtendedAttributes
    /// Of the content.
    var checksum: UInt64?
    var target: [UInt8]?
  }

  /// By path.
  private(set) var files: [String: File] = [:]

  init(_ tree: FileTree) throws { try add(.root, "", of: tree) }

  private mutating func add(_ inode: Inode, _ path: String, of tree: FileTree) throws {
    guard let view = tree.view(inode) else { throw LeadsNowhere(path: path) }
    files[path.isEmpty ? "/" : path] = File(
      attributes: view.attributes, extended: tree.extendedAttributes(of: inode)!,
      checksum: try view.version.map { Checksum.of(try $0.bytes()) },
      target: try? tree.symlinkTarget(inode))
    guard let listing = try? tree.list(inode) else { return }
    for index in 0..<listing.count {
      let entry = listing[index]
      try add(entry.inode, "\(path)/\(entry.name)", of: tree)
    }
  }

  /// Paths that differ, with what the two have there, for a failure's message.
  func differences(from other: TreeImage) -> [String] {
    Set(files.keys).union(other.files.keys).sorted().compactMap { path in
      guard files[path] != other.files[path] else { return nil }
      let shown = [files[path], other.files[path]].map { $0.map { "\($0)" } ?? "nothing" }
      return "\(path): \(shown[0]) and \(shown[1])"
    }
  }
}

extension Checksum {
  fileprivate static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }
}

/// A listed name without a file.
struct LeadsNowhere: Error { let path: String }
