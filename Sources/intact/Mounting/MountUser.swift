import Glibc
import SystemPackage

/// A process that keeps a mount from going: its working directory, or a file it has open, is there.
struct MountUser: CustomStringConvertible {
  let process: String
  let name: String

  var description: String { "\(name) (\(process))" }

  /// Those that this process may look at.
  static func all(of mountPoint: String) -> [MountUser] {
    let processes = (try? AbsolutePath.entries(of: "/proc")) ?? []
    return processes.filter { $0.allSatisfy(\.isNumber) }.compactMap { process in
      guard uses(process, mountPoint) else { return nil }
      let name = (try? FileBytes.read("/proc/\(process)/comm")) ?? []
      return MountUser(
        process: process, name: String(decoding: name.prefix { $0 != 10 }, as: UTF8.self))
    }
  }

  private static func uses(_ process: String, _ mountPoint: String) -> Bool {
    let files = (try? AbsolutePath.entries(of: "/proc/\(process)/fd")) ?? []
    return (["cwd", "root", "exe"] + files.map { "fd/\($0)" }).contains { link in
      target(of: "/proc/\(process)/\(link)").map { AbsolutePath.isInside($0, mountPoint) } ?? false
    }
  }

  /// readlink(2): unlike stat(2) it asks nothing of the file system that it leads to.
  private static func target(of link: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { readlink(link, $0.baseAddress!, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
