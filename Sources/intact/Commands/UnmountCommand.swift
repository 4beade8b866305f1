import ArgumentParser
import CLinux
import Glibc
import SystemPackage

/// `intact unmount MOUNTPOINT`
struct UnmountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmount",
    abstract: "Take a mount away.",
    discussion: """
      Returns when everything is on disk and the daemon has gone. A mount that programs \
      still use stays, and the error names them.

        intact unmount /mnt
      """,
    aliases: ["umount"])

  @Argument(help: "Where the store's files are shown.", completion: .directory)
  var mountPoint: String

  func run() throws {
    let path = try MountPoint.resolve(mountPoint)
    guard let mount = try MountTable.current().entry(at: path), mount.isIntact else {
      throw Problem(
        path, "is not an Intact mount", remedy: "`findmnt -t fuse.intact` lists them",
        status: .missing)
    }
    // A mount of another user's does not answer, but its store says who serves it.
    let holder = StoreHolder(of: mount.source).flatMap { $0.mountPoint == path ? $0 : nil }
    let daemon = (LiveStatus.read(path)?.process ?? holder?.process).flatMap(DaemonProcess.init)
    do {
      try Detachment.detach(path)
    } catch .resourceBusy {
      throw UnmountCommand.busy(path)
    } catch {
      throw Problem(path, doing: "unmount", error)
    }
    daemon?.wait(while: path)
  }

  private static func busy(_ path: String) -> Problem {
    let users = MountUser.all(of: path).map(\.description)
    let names = users.prefix(3).joined(separator: ", ") + (users.count > 3 ? ", ..." : "")
    return Problem(
      path, users.isEmpty ? "is in use" : "is in use by \(names)",
      remedy: "end what uses it, then unmount again", status: .busy)
  }
}
