import Glibc
import SystemPackage

/// The mounts of this process as the kernel lists them: asking it never asks a file system, so it
/// cannot hang on a dead one.
enum MountTable {
  /// The type of the file system mounted last at `point`.
  static func type(at point: FilePath) -> String? {
    guard let table = fopen("/proc/self/mounts", "re") else { return nil }
    defer { fclose(table) }
    var found: String?
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, table) > 0 {
      let fields = String(cString: line!).split(separator: " ")
      if fields.count > 2, fields[1] == point.string { found = String(fields[2]) }
    }
    return found
  }
}
