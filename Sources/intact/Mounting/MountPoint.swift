import Glibc
import SystemPackage

/// The directory that a mount appears on.
struct MountPoint {
  /// Absolute, without symbolic links.
  let path: String
  /// A FUSE mount without a daemon is on it, and has to go before it can be used.
  let isDead: Bool

  /// Finds a directory that can be mounted on, and changes nothing.
  /// - Throws: a ``Problem`` if it is missing, no directory, mounted already, or not empty.
  init(free argument: String, in table: MountTable) throws(Problem) {
    let path = try MountPoint.resolve(argument)
    self.path = path
    if let mount = table.entry(at: path), mount.isIntact || mount.isFuse {
      isDead = MountPoint.isDead(path)
      if !isDead {
        throw Problem(
          path, "is mounted already (\(mount.source) is on it)",
          remedy: mount.isIntact ? "`intact unmount \(path)` frees it" : "unmount that first",
          status: .busy)
      }
      return
    }
    isDead = false
    try MountPoint.checkEmptyDirectory(path)
  }

  private static func checkEmptyDirectory(_ path: String) throws(Problem) {
    let isDirectory: Bool
    var names: [String] = []
    do {
      isDirectory = try AbsolutePath.status(of: path).isDirectory
      if isDirectory { names = try AbsolutePath.entries(of: path) }
    } catch {
      throw missing(path, error)
    }
    if !isDirectory {
      throw Problem(
        path, "is not a directory", remedy: "name an empty directory to mount on",
        status: .missing)
    }
    // fusermount3(1) would refuse it, in its own words.
    if geteuid() != 0 && access(path, W_OK) != 0 {
      throw Problem(path, doing: "mount there", .current)
    }
    if !names.isEmpty {
      throw Problem(
        path, "is not empty", remedy: "name an empty directory: a mount would hide these files",
        status: .failed)
    }
  }

  /// The absolute path of a mount point that a person named.
  static func resolve(_ argument: String) throws(Problem) -> String {
    do {
      return try AbsolutePath.of(argument)
    } catch {
      throw missing(argument, error)
    }
  }

  /// Whether the file system there has lost its daemon.
  static func isDead(_ path: String) -> Bool {
    var status = statvfs()
    // Unlike stat(2) it is never answered from what the kernel remembers.
    return statvfs(path, &status) != 0 && Errno.current.isDeadMount
  }

  private static func missing(_ path: String, _ errno: Errno) -> Problem {
    errno == .noSuchFileOrDirectory
      ? Problem(
        path, "no such directory", remedy: "make it first: mkdir -p \(path)", status: .missing)
      : Problem(path, doing: "use the mount point", errno)
  }
}
