import Glibc
import SystemPackage

/// A small file system in memory: an image of another that lies on it has no room to be written to
/// when it is full.
final class MemoryDisk {
  /// Where it is mounted.
  let point: FilePath
  private let shell: Shell

  private init(in directory: FilePath) {
    point = directory.appending("memory")
    shell = Shell(directory: directory, scratch: directory)
  }

  /// Mounts one of `mebibytes`, runs `body`, and leaves nothing behind.
  static func run(mebibytes: Int, _ body: (MemoryDisk) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let disk = MemoryDisk(in: directory.path)
    try disk.shell.run("mkdir memory && mount -t tmpfs -o size=\(mebibytes)M tmpfs memory")
      .require()
    defer { umount2(disk.point.string, Int32(MNT_DETACH)) }
    try body(disk)
  }

  /// Fills it to the last page.
  func fill() throws {
    let filler = try shell.run("cat /dev/zero > memory/ballast")
    guard filler.errors.contains("No space left") else { throw TestFailure("not full: \(filler)") }
  }

  /// Gives the room back that `fill` took.
  func makeRoom() throws { try shell.run("rm memory/ballast").require() }
}
