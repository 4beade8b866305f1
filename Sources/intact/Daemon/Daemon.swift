import FileTree
import FuseServer
import Glibc
import Logging
import SystemPackage

/// One mount from beginning to end: checks everything before it changes anything, serves until it
/// is unmounted, and leaves everything on disk.
struct Daemon {
  let store: String
  let mountPoint: String
  let options: OptionList
  let logLevel: Logger.Level
  let ready: ReadySignal

  /// Returns when the mount has gone and the store is closed.
  /// - Throws: a ``Problem``.
  func run() throws {
    umask(0o077)
    Daemon.raiseDescriptorLimit()
    let logger = makeLogger()
    try FuseDevice.check()
    let point = try MountPoint(free: mountPoint, in: MountTable.current())
    let directory = try StoreDirectory(store)
    try checkApart(directory, point)
    if !options.isReadOnly || directory.condition != .store { try directory.checkWritable() }
    let open = try OpenStore.serving(
      directory, options: options, mountPoint: point.path, logger: logger)
    report(open.tree, logger)
    let server: FuseServer
    do {
      try clear(point, logger)
      server = try mount(open, at: point, logger)
    } catch {
      open.discard()
      throw error
    }
    logger.notice("mounted", metadata: ["store": "\(open.path)", "at": "\(point.path)"])
    ready.send()
    let served = Result { try server.serve() }
    try StoreAccess.explaining(open.path) { try open.close() }
    do { try served.get() } catch { throw Problem(point.path, "\(error)", status: .failed) }
    logger.notice("unmounted", metadata: ["store": "\(open.path)", "at": "\(point.path)"])
  }

  private func mount(
    _ open: OpenStore, at point: MountPoint, _ logger: Logger
  ) throws(Problem) -> FuseServer {
    let status = StatusSource(open, mountPoint: point.path, isReadOnly: options.isReadOnly)
    do {
      let server = try FuseServer(
        tree: open.tree,
        options: MountOptions(
          source: options.source ?? open.path, mountPoint: point.path, fuseOptions: fuseOptions,
          statusReport: { status.encoded() }),
        log: logger)
      status.attach(server)
      try server.mount()
      return server
    } catch .refused(let errno) {
      throw Problem(point.path, doing: "mount", errno)
    } catch {
      throw Problem(point.path, "cannot mount: \(error)", status: .failed)
    }
  }

  private var fuseOptions: [String] {
    options.kernelWords + (options.isReadOnly ? ["ro"] : [])
  }

  private func makeLogger() -> Logger {
    var logger: Logger
    if ready.descriptor == nil {
      logger = Logger(label: "intact") { StreamLogHandler.standardError(label: $0) }
    } else {
      SyslogHandler.open()
      logger = Logger(label: "intact") { _ in SyslogHandler() }
    }
    logger.logLevel = logLevel
    return logger
  }

  /// Large content is in files of its own, and many may be read at once.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// A mount over its own store would hide the store from itself.
  private func checkApart(_ store: StoreDirectory, _ point: MountPoint) throws(Problem) {
    if AbsolutePath.isInside(store.path, point.path)
      || AbsolutePath.isInside(point.path, store.path)
    {
      throw Problem(
        point.path, "the mount point and the store \(store.path) are one inside the other",
        remedy: "name two directories apart", status: .usage)
    }
  }

  /// Takes away what a daemon that died left behind.
  private func clear(_ point: MountPoint, _ logger: Logger) throws(Problem) {
    guard point.isDead else { return }
    do {
      try Detachment.detach(point.path, lazily: true)
    } catch {
      throw Problem(point.path, doing: "unmount what a daemon that died left there", error)
    }
    logger.notice("replaced a mount whose daemon had died", metadata: ["at": "\(point.path)"])
  }

  private func report(_ tree: FileTree, _ logger: Logger) {
    let report = tree.recoveryReport
    logger.info("recovered", metadata: ["commits": "\(report.commitsReplayed)"])
    for checkpoint in report.damagedCheckpoints {
      logger.warning(
        "a checkpoint is damaged and was not used",
        metadata: ["commit": "\(checkpoint.sequence)", "reason": "\(checkpoint.reason)"])
    }
    if let tail = report.tornTail {
      logger.warning(
        "a torn tail was cut off: what was being written when the power went",
        metadata: ["position": "\(tail.position)", "bytes": "\(tail.length)"])
    }
  }
}
