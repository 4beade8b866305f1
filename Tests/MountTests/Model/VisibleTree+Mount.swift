import CLinux
import Foundation
import Glibc
import SystemPackage
import TestSupport

extension VisibleTree {
  /// Walks a directory, as a program does.
  init(at root: FilePath) throws {
    self.init()
    var first: [UInt64: String] = [:]
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.string)
    for path in paths.sorted() {
      let full = root.appending(path)
      var attributes = stat()
      guard lstat(full.string, &attributes) == 0 else { throw Errno(rawValue: errno) }
      let sameAs = first[UInt64(attributes.st_ino)] ?? path
      first[UInt64(attributes.st_ino)] = sameAs
      entries[path] = Entry(
        kind: try Self.kind(of: full, attributes), mode: UInt32(attributes.st_mode) & 0o7777,
        attribute: Self.attribute(of: full), sameAs: sameAs)
    }
  }

  private static func kind(of path: FilePath, _ attributes: stat) throws -> Entry.Kind {
    switch attributes.st_mode & S_IFMT {
    case S_IFDIR: .directory
    case S_IFLNK:
      .symlink(
        target: try FileManager.default.destinationOfSymbolicLink(atPath: path.string))
    default: .file([UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string))))
    }
  }

  private static func attribute(of path: FilePath) -> UInt8? {
    var value: UInt8 = 0
    return intact_getxattr(path.string, attributeName, &value, 1) == 1 ? value : nil
  }
}
