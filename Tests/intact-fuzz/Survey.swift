import FileTree
import LogFormat

/// Reads everything of a tree that can be reached from its root.
struct Survey {
  /// Of what was found: the same for the same tree.
  private(set) var digest: UInt64 = 0
  private let tree: FileTree
  private var seen: Set<Inode> = []

  init(_ tree: FileTree) throws {
    self.tree = tree
    var waiting = [Inode.root]
    while let inode = waiting.popLast() {
      guard seen.insert(inode).inserted else { continue }
      waiting += try visit(inode)
    }
    for damage in tree.verify({ _ in }) { note(damage.path) }
    _ = tree.statistics
  }

  /// The order in which things are found means nothing.
  private mutating func note(_ bytes: [UInt8]) {
    digest &+= bytes.withUnsafeBytes { Checksum.of($0) }
  }

  private mutating func visit(_ inode: Inode) throws -> [Inode] {
    guard let view = tree.view(inode) else { return [] }
    // A new root has a time of its own.
    if inode != .root { note(Array("\(inode) \(view.attributes)".utf8)) }
    if let attributes = tree.extendedAttributes(of: inode) { note(attributes.list(trusted: true)) }
    if let target = try? tree.symlinkTarget(inode) { note(target) }
    if let version = view.version { note(content(version)) }
    guard let listing = try? tree.list(inode) else { return [] }
    return (0..<listing.count).map { index in
      let entry = listing[index]
      note(Array("\(inode) \(entry.name.bytes) \(entry.inode)".utf8))
      _ = tree.view(of: entry.name, in: inode)
      return entry.inode
    }
  }

  /// Parts of the beginning, of the end, and from the first places that have content.
  private func content(_ version: Version) -> [UInt8] {
    var found: [UInt8] = []
    let size = version.size
    var places: [UInt64] = [0, size / 2, size - min(size, 100)]
    for kind in [SpaceKind.data, .hole] {
      if let place = try? version.seek(kind, from: 0) { places.append(place) }
    }
    var buffer = [UInt8](repeating: 0, count: 300)
    for place in places {
      let count = buffer.withUnsafeMutableBytes { try? version.read(at: place, into: $0) }
      found += buffer[..<(count ?? 0)]
      _ = version.isResident(place..<place + 10)
    }
    return found
  }
}
