import CFuse3
import CLinux
import FileTree
import Glibc
import Locking
import Logging
import struct Synchronization.Atomic
import struct SystemPackage.Errno

/// Serves a tree as a file system of the kernel.
///
/// One thread reads requests and answers what waits for nothing. Commits are answered on the log's
/// thread, reads from the disk on a pool, and a thread of its own tells the kernel which names it
/// must forget. The locks are those of `nodes` and `locks`, and neither is taken under the other.
public final class FuseServer: Sendable {
  let tree: FileTree
  let options: MountOptions
  let log: Logger
  let nodes = Mutex(NodeTable())
  let locks = Mutex(LockTable())
  let pool = WorkerPool()
  let outstanding = Outstanding()
  let buffers = ReceiveBuffers()
  let opened = Atomic<Int>(0)
  /// Commits that a program waits for.
  let commitsUnderWay = Atomic<Int>(0)
  private let counts = RequestCounts()
  let notifier: Notifier
  private let session: Session
  private let stopping = StopRequest()
  private let device = Mutex<MountDevice?>(nil)

  /// Prepares a mount; nothing is mounted yet.
  /// - Throws: `MountError.options`, `MountError.resources`.
  public init(tree: FileTree, options: MountOptions, log: Logger) throws(MountError) {
    self.tree = tree
    self.options = options
    self.log = log
    session = Session()
    notifier = Notifier(session: session)
    try session.open(options, user: Unmanaged.passUnretained(self).toOpaque())
    try stopping.prepare()
    tree.whenTakenBack { [weak self] in self?.takenBack($0) }
  }

  deinit { session.destroy() }

  /// The server that a request belongs to.
  static func serving(_ request: fuse_req_t) -> FuseServer {
    Unmanaged<FuseServer>.fromOpaque(fuse_req_userdata(request)).takeUnretainedValue()
  }

  /// Makes the mount appear. Whoever uses it waits until `serve` is called.
  /// - Throws: `MountError.refused`.
  public func mount() throws(MountError) {
    try session.mount(options.mountPoint)
    let found = MountDevice(mountPoint: options.mountPoint)
    if found == nil { log.warning("the mount is not in /proc/self/mountinfo") }
    device.withLock { $0 = found }
  }

  /// Serves until the file system is unmounted, or until SIGTERM, SIGINT, SIGHUP or `unmount`; then
  /// every request that was taken is answered and every thread has ended. What is still staged is
  /// gone (C8).
  /// - Throws: `MountError.resources`, `MountError.connection`.
  public func serve() throws(MountError) {
    try pool.start(count: 4)
    try notifier.start(self)
    try stopping.watch(session)
    let failure = readRequests()
    stopping.end()
    interruptLocks()
    _ = outstanding.waitUntilNone(atMost: 5)
    // Ends what else waits in the kernel, so that no thread of ours waits for it.
    if !session.isUnmounted { session.abort(device.withLock { $0 }) }
    if !outstanding.waitUntilNone(atMost: 60) {
      log.error("requests are still not answered; the mount is taken away under them")
    }
    notifier.stop()
    pool.stop()
    session.unmount()
    if let failure { throw failure }
  }

  /// Files that programs have open, one for each open; from any thread.
  public var openHandles: Int { opened.load(ordering: .relaxed) }

  /// What the kernel has asked for since the mount, and how often, by the names that its protocol
  /// gives the requests; from any thread.
  public var requests: [String: UInt64] { counts.byName }

  /// Ends `serve`, from any thread.
  public func unmount() { stopping.request() }

  /// Nil before `mount`, or where `/proc` is not mounted.
  var mountDevice: MountDevice? { device.withLock { $0 } }

  private func readRequests() -> MountError? {
    var buffer = fuse_buf()
    defer { free(buffer.mem) }
    var wait = RequestWait()
    session.neverBlock()
    while !session.isExited {
      let count = session.receive(&buffer)
      if count == -EINTR { continue }
      if count == -EAGAIN {
        let isAnswerDue = commitsUnderWay.load(ordering: .relaxed) > 0
        if wait.isOver(at: Monotonic.precise(), isAnswerDue: isAnswerDue) {
          session.sleepUntilRequest()
        }
        continue
      }
      wait.end(at: Monotonic.precise())
      if count < 0 { return .connection(Errno(rawValue: -count)) }
      guard count > 0 else { return nil }
      counts.note(buffer)
      buffers.lend(buffer.mem)
      session.process(&buffer)
      buffer.mem = buffers.takeBack()
    }
    return nil
  }
}
