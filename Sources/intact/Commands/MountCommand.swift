import ArgumentParser
import Logging

/// `intact mount STORE MOUNTPOINT`
struct MountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mount",
    abstract: "Show a store's files in a directory.",
    discussion: """
      Returns when the mount answers; the daemon behind it goes on and logs to syslog. A store \
      that is missing, or an empty directory, becomes a new store. A mount whose daemon has died \
      is replaced.

        intact mount /srv/store /mnt
        intact mount -o durability=fsync,allow_other /srv/store /mnt
        intact mount --foreground --log-level debug /srv/store /mnt

      Options for -o, between commas:

        durability=close   close() returns when the file is durable (default)
        durability=fsync   close() publishes at once and in order; durable
                           after the next fsync, or within a second
        ro, rw             refuse changes, or not
        remount            change ro or rw of a mount that is there
        allow_other        let other users in, by the files' permissions
        fsname=NAME        what the mount table calls the store
        auto_unmount       unmount if the daemon dies
        nosuid, nodev, noexec, noatime, sync, dirsync and their opposites

      Words that are for mount(8) or an fstab (noauto, nofail, _netdev, user, x-..., \
      comment=...) are ignored.
      """)

  @Argument(help: "The directory where everything is kept.", completion: .directory)
  var store: String

  @Argument(help: "The empty directory to show it in.", completion: .directory)
  var mountPoint: String

  @Option(
    name: .customShort("o", allowingJoined: true),
    help: ArgumentHelp("Mount options, as for mount(8).", valueName: "option,..."))
  var options: [String] = []

  @Flag(help: "Stay in the foreground and log to standard error; Ctrl-C unmounts.")
  var foreground = false

  @Option(help: "The least that is logged.")
  var logLevel = Logger.Level.notice

  /// Where the daemon tells the command that started it that the mount is made.
  @Option(help: .hidden)
  var readyDescriptor: Int32?

  func run() throws {
    let options = try OptionList(parsing: options)
    if options.isRemount { return try Remount(mountPoint: mountPoint, options: options).apply() }
    guard foreground else { return try launch() }
    try Daemon(
      store: store, mountPoint: mountPoint, options: options, logLevel: logLevel,
      ready: ReadySignal(descriptor: readyDescriptor)
    ).run()
  }

  private func launch() throws {
    try FuseDevice.check()
    let options = options.flatMap { ["-o", $0] }
    try DaemonLaunch(
      mountPoint: mountPoint,
      arguments: ["mount", "--foreground", "--log-level", logLevel.rawValue]
        + ["--ready-descriptor", String(DaemonLaunch.readyDescriptor)] + options
        + ["--", store, mountPoint]
    ).run()
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
