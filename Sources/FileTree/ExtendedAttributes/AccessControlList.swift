/// A POSIX ACL, in the form in which Linux keeps it in an extended attribute: a version, then a
/// tag, permissions and an id for each entry, all little-endian.
struct AccessControlList {
  private struct Entry {
    var tag: UInt16
    /// Read, write and execute, as three bits.
    var permissions: UInt32
    var id: UInt32
  }

  /// Tags of entries, as `acl(5)` has them.
  private enum Tag {
    static let owner: UInt16 = 0x01
    static let user: UInt16 = 0x02
    static let owningGroup: UInt16 = 0x04
    static let group: UInt16 = 0x08
    static let mask: UInt16 = 0x10
    static let other: UInt16 = 0x20
    static let all: UInt16 = 0x3f
  }

  private static let version: UInt32 = 2
  private static let headerSize = 4
  private static let entrySize = 8

  private var entries: [Entry] = []

  /// Nil for what is no whole ACL with its three entries that stand for the mode.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headerSize,
      (bytes.count - Self.headerSize).isMultiple(of: Self.entrySize),
      Self.number(bytes, at: 0, width: 4) == Self.version
    else { return nil }
    for offset in stride(from: Self.headerSize, to: bytes.count, by: Self.entrySize) {
      let tag = UInt16(Self.number(bytes, at: offset, width: 2))
      let permissions = Self.number(bytes, at: offset + 2, width: 2)
      guard tag & ~Tag.all == 0, tag.nonzeroBitCount == 1, permissions <= 7 else { return nil }
      let id = Self.number(bytes, at: offset + 4, width: 4)
      entries.append(Entry(tag: tag, permissions: permissions, id: id))
    }
    for tag in [Tag.owner, Tag.owningGroup, Tag.other] {
      guard entries.count(where: { $0.tag == tag }) == 1 else { return nil }
    }
  }

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ number: UInt32, width: UInt32) {
      for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    append(Self.version, width: 4)
    for entry in entries {
      append(UInt32(entry.tag), width: 2)
      append(entry.permissions, width: 2)
      append(entry.id, width: 4)
    }
    return bytes
  }

  /// It says no more than a mode can, so a file needs none.
  var isMode: Bool {
    entries.allSatisfy { [Tag.owner, Tag.owningGroup, Tag.other].contains($0.tag) }
  }

  /// The nine permission bits that a file with this access ACL shows: those of its group are what
  /// the mask lets through.
  var permissions: UInt32 {
    self[Tag.owner] << 6 | self[groupTag] << 3 | self[Tag.other]
  }

  /// What `chmod` does to a file's access ACL.
  mutating func follow(_ mode: UInt32) {
    self[Tag.owner] = mode >> 6 & 7
    self[groupTag] = mode >> 3 & 7
    self[Tag.other] = mode & 7
  }

  /// Makes of a directory's default ACL the access ACL of a file that is made in it with `mode`:
  /// nothing is permitted that either does not permit.
  mutating func restrict(to mode: UInt32) { follow(mode & permissions) }

  private var groupTag: UInt16 {
    entries.contains { $0.tag == Tag.mask } ? Tag.mask : Tag.owningGroup
  }

  private subscript(tag: UInt16) -> UInt32 {
    get { entries.first { $0.tag == tag }?.permissions ?? 0 }
    set {
      guard let index = entries.firstIndex(where: { $0.tag == tag }) else { return }
      entries[index].permissions = newValue
    }
  }

  private static func number(_ bytes: [UInt8], at offset: Int, width: Int) -> UInt32 {
    (0..<width).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }
}
