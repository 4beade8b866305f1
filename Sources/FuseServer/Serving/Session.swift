import CFuse3
import Glibc
import Locking
import struct SystemPackage.Errno

/// libfuse's session: the connection to the kernel.
final class Session: Sendable {
  private struct Handle: @unchecked Sendable {
    var session: OpaquePointer?
    var mountPoint: String?
  }

  private let handle = Mutex(Handle())
  // Set once, before the threads that use it; libfuse's calls on a session are safe from any
  // thread.
  nonisolated(unsafe) private var session: OpaquePointer?

  func open(_ options: MountOptions, user: UnsafeMutableRawPointer) throws(MountError) {
    var source = ""
    for character in options.source {
      if character == "," || character == "\\" { source.append("\\") }
      source.append(character)
    }
    let words = ["default_permissions", "subtype=intact", "fsname=\(source)"] + options.fuseOptions
    let texts = ["intact", "-o", words.joined(separator: ",")]
    var arguments: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var operations = FuseServer.operations
    guard let opened = intact_fuse_session(3, &arguments, &operations, user) else {
      throw .options
    }
    session = opened
    handle.withLock { $0.session = opened }
  }

  func mount(_ point: String) throws(MountError) {
    guard fuse_session_mount(session, point) == 0 else {
      throw .refused(errno == 0 ? .ioError : Errno(rawValue: errno))
    }
    handle.withLock { $0.mountPoint = point }
  }

  // MARK: The reading thread's

  /// From now on `receive` waits for nothing.
  func neverBlock() {
    let file = fuse_session_fd(session)
    _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK)
  }

  /// Returns when there may be a request, or a signal has come.
  func sleepUntilRequest() { _ = events(POLLIN, timeout: -1) }

  /// The next request; what `fuse_session_receive_buf` returns: `-EAGAIN` if there is none.
  func receive(_ buffer: inout fuse_buf) -> Int32 { fuse_session_receive_buf(session, &buffer) }

  func process(_ buffer: inout fuse_buf) { fuse_session_process_buf(session, &buffer) }

  var isExited: Bool { fuse_session_exited(session) != 0 }

  func exit() { fuse_session_exit(session) }

  // MARK: What the kernel is told unasked

  /// The kernel forgets attributes, not pages; waits for nothing. False if it does not know the
  /// node.
  func invalidateAttributes(_ node: UInt64) -> Bool {
    fuse_lowlevel_notify_inval_inode(session, node, -1, 0) != -ENOENT
  }

  /// The kernel forgets attributes, and pages from `offset` on. Waits for reads of them that are
  /// under way.
  func invalidatePages(_ node: UInt64, from offset: UInt64) {
    fuse_lowlevel_notify_inval_inode(session, node, Int(clamping: offset), 0)
  }

  /// The kernel forgets a name. Waits for the directory's lock, which may be held until a request
  /// is answered: the notifier's alone.
  func invalidateName(_ dentry: Dentry) {
    dentry.name.withUnsafeBytes { name in
      _ = fuse_lowlevel_notify_inval_entry(
        session, dentry.parent, name.baseAddress!.assumingMemoryBound(to: CChar.self), name.count)
    }
  }

  // MARK: The end

  /// The kernel has ended the connection.
  var isUnmounted: Bool { events(0, timeout: 0) & POLLERR != 0 }

  /// Fails everything that waits in the kernel for this file system.
  func abort(_ device: MountDevice?) {
    let point = handle.withLock { $0.mountPoint }
    let flags = Int32(MNT_FORCE) | Int32(MNT_DETACH)
    if let point, geteuid() == 0, umount2(point, flags) == 0 { return }
    guard let minor = device?.minor else { return }
    let file = Glibc.open("/sys/fs/fuse/connections/\(minor)/abort", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "1", 1)
    close(file)
  }

  /// Takes the mount away if it is still there. Nothing may be under way.
  func unmount() {
    guard
      handle.withLock({ handle in
        defer { handle.mountPoint = nil }
        return handle.mountPoint != nil
      })
    else { return }
    fuse_session_unmount(session)
  }

  /// The last call.
  func destroy() {
    unmount()
    handle.withLock { handle in
      if let session = handle.session { fuse_session_destroy(session) }
      handle.session = nil
    }
  }

  /// What poll(2) finds on the connection; nothing if it fails.
  private func events(_ wanted: CInt, timeout: CInt) -> CInt {
    var polled = pollfd(fd: fuse_session_fd(session), events: Int16(wanted), revents: 0)
    return poll(&polled, 1, timeout) == 1 ? CInt(polled.revents) : 0
  }
}
