import LogFormat

/// Which name leads to which file, and back.
struct NameIndex {
  struct Place: Hashable {
    let parent: Inode
    let name: Name
  }

  private var inodes: [Place: Inode] = [:]
  /// Of a file with several names, the last that it was given.
  private var places: [Inode: Place] = [:]

  mutating func link(_ record: LinkRecord) {
    let place = Place(parent: record.parent, name: record.name)
    inodes[place] = record.inode
    places[record.inode] = place
  }

  /// - Returns: the file that the name led to.
  @discardableResult
  mutating func unlink(_ place: Place) -> Inode? {
    guard let inode = inodes.removeValue(forKey: place) else { return nil }
    if places[inode] == place { places[inode] = nil }
    return inode
  }

  subscript(place: Place) -> Inode? { inodes[place] }

  /// From the root, for a person; a file without a name is called by its number.
  func path(of inode: Inode) -> String {
    if inode == .root { return "/" }
    guard let place = places[inode] else { return "#\(inode.rawValue)" }
    return path(of: place)
  }

  func path(of place: Place) -> String {
    var parts = [printable(place.name.description)]
    var parent = place.parent
    // The tree has no cycles, but this reads what is on a disk.
    while parent != .root, let above = places[parent], parts.count < 4096 {
      parts.append(printable(above.name.description))
      parent = above.parent
    }
    if parent != .root && places[parent] == nil { parts.append("#\(parent.rawValue)") }
    return parts.reversed().joined(separator: "/")
  }
}
