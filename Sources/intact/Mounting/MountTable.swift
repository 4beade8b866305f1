import SystemPackage

/// What this process sees mounted (`/proc/self/mountinfo`, proc(5)).
struct MountTable {
  struct Entry: Equatable {
    let mountPoint: String
    /// `fuse.intact` for our own.
    let type: String
    /// The store's path, for our own.
    let source: String
    /// The options of the mount itself (`rw,nosuid,relatime`).
    let flags: [String]

    var isIntact: Bool { type == "fuse.intact" }
    var isFuse: Bool { type == "fuse" || type.hasPrefix("fuse.") }
  }

  /// In the order of mounting; of two entries with one mount point, the later hides the earlier.
  let entries: [Entry]

  /// Reads the table of this process.
  static func current() throws(Problem) -> MountTable {
    let path = "/proc/self/mountinfo"
    do {
      return MountTable(parsing: String(decoding: try FileBytes.read(path), as: UTF8.self))
    } catch {
      throw Problem(path, doing: "read the mount table", error)
    }
  }

  init(parsing text: String) {
    entries = text.split(separator: "\n").compactMap(MountTable.entry(of:))
  }

  /// What is seen at `path`, which has no symbolic links in it.
  func entry(at path: String) -> Entry? { entries.last { $0.mountPoint == path } }

  /// `36 35 98:0 /root /mount/point rw,noatime master:1 - fuse.intact /store rw,user_id=0`
  private static func entry(of line: Substring) -> Entry? {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 2 else {
      return nil
    }
    return Entry(
      mountPoint: unescape(fields[4]), type: String(fields[dash + 1]),
      source: unescape(fields[dash + 2]), flags: fields[5].split(separator: ",").map(String.init))
  }

  /// Space, tab, newline and backslash stand there as three octal digits after a backslash.
  private static func unescape(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = field.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
