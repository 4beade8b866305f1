import ArgumentParser

/// `intact status MOUNTPOINT|STORE`
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell what a store holds and what it has done.",
    discussion: """
      Asks the daemon if it is mounted, else reads the store without changing it.

        intact status /mnt
        intact status --json /srv/store | jq .liveBytes
      """)

  @Argument(help: "A mount point or a store.", completion: .directory)
  var path: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = try report()
    print(json ? JSON.text(of: report) + "\n" : report.text, terminator: "")
  }

  private func report() throws(Problem) -> StatusReport {
    let path = try MountPoint.resolve(path)
    let table = try MountTable.current()
    if let mount = table.entry(at: path), mount.isIntact { return try live(mount) }
    let store = try StoreDirectory(existing: path)
    if let point = StoreHolder(of: store.path)?.mountPoint, let mount = table.entry(at: point),
      mount.isIntact, let report = try? live(mount), report.store == store.path
    {
      return report
    }
    return StatusReport(try OpenStore.reading(store).tree, store: store.path, readOnly: false)
  }

  private func live(_ mount: MountTable.Entry) throws(Problem) -> StatusReport {
    if var report = LiveStatus.read(mount.mountPoint) {
      // A remount is the kernel's business: the daemon does not hear of it.
      report.readOnly = report.failure != nil || mount.flags.contains("ro")
      return report
    }
    if MountPoint.isDead(mount.mountPoint) {
      throw Problem(
        mount.mountPoint, "the daemon of this mount has died",
        remedy: "mount the store again, there or elsewhere", status: .missing)
    }
    throw Problem(
      mount.mountPoint, "the mount does not tell its status",
      remedy: "ask as the user who mounted it", status: .noPermission)
  }
}
