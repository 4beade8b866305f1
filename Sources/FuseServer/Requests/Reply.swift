import CFuse3
import Glibc
import struct SystemPackage.Errno

/// The one answer that a request is owed. Every method that answers consumes it; a reply that is
/// dropped answers `EIO`.
struct Reply: ~Copyable {
  private let request: fuse_req_t

  /// - Parameter request: has not been answered, and is not by anybody else.
  init(_ request: fuse_req_t) {
    self.request = request
    FuseServer.serving(request).outstanding.begin()
  }

  private init(resuming request: fuse_req_t) { self.request = request }

  deinit { _ = Reply.send(request) { fuse_reply_err($0, EIO) } }

  /// Answers later, perhaps on another thread.
  consuming func later() -> PendingReply {
    let request = request
    discard self
    return PendingReply(request)
  }

  fileprivate static func resume(_ request: fuse_req_t) -> Reply { Reply(resuming: request) }

  consuming func fail(_ error: Errno) { finish { fuse_reply_err($0, error.rawValue) } }

  /// Success without a value.
  consuming func done() { finish { fuse_reply_err($0, 0) } }

  /// For requests that the kernel wants no answer to.
  consuming func silent() {
    finish {
      fuse_reply_none($0)
      return 0
    }
  }

  /// Answers with a file; false if the caller has gone and the kernel does not take it.
  consuming func entry(_ entry: fuse_entry_param) -> Bool {
    finished { request in withUnsafePointer(to: entry) { fuse_reply_entry(request, $0) } }
  }

  /// Answers with a new file and its handle; false if the caller has gone and the kernel does not
  /// take them.
  consuming func created(_ entry: fuse_entry_param, _ file: fuse_file_info) -> Bool {
    finished { request in
      withUnsafePointer(to: entry) { entry in
        withUnsafePointer(to: file) { fuse_reply_create(request, entry, $0) }
      }
    }
  }

  /// Answers with a handle; false if the caller has gone and the kernel does not take it.
  consuming func opened(_ file: fuse_file_info) -> Bool {
    finished { request in withUnsafePointer(to: file) { fuse_reply_open(request, $0) } }
  }

  /// - Parameter timeout: how long the kernel may believe it, in seconds.
  consuming func attributes(_ attributes: stat, timeout: Double) {
    finish { request in
      withUnsafePointer(to: attributes) { fuse_reply_attr(request, $0, timeout) }
    }
  }

  consuming func written(_ count: Int) { finish { fuse_reply_write($0, count) } }

  /// A place in a file.
  consuming func found(_ offset: UInt64) { finish { fuse_reply_lseek($0, Int(offset)) } }

  consuming func bytes(_ bytes: UnsafeRawBufferPointer) {
    finish {
      fuse_reply_buf($0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  consuming func bytes(_ bytes: [UInt8]) {
    finish { request in
      bytes.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          fuse_reply_buf(request, $0.baseAddress, $0.count)
        }
      }
    }
  }

  /// The size that an extended attribute needs, to a caller who asked for that.
  consuming func attributeSize(_ size: Int) { finish { fuse_reply_xattr($0, size) } }

  /// What stands in a lock's way, or that nothing does.
  consuming func lock(_ lock: flock) {
    finish { request in withUnsafePointer(to: lock) { fuse_reply_lock(request, $0) } }
  }

  consuming func fileSystem(_ status: statvfs) {
    finish { request in withUnsafePointer(to: status) { fuse_reply_statfs(request, $0) } }
  }

  private consuming func finish(_ answer: (fuse_req_t) -> Int32) {
    _ = finished(answer)
  }

  private consuming func finished(_ answer: (fuse_req_t) -> Int32) -> Bool {
    let request = request
    discard self
    return Reply.send(request, answer)
  }

  private static func send(_ request: fuse_req_t, _ answer: (fuse_req_t) -> Int32) -> Bool {
    // Answering frees the request.
    let server = FuseServer.serving(request)
    let status = answer(request)
    server.outstanding.end()
    return status == 0
  }
}

/// A reply on its way to whoever will answer: closures cannot hold what must not be copied.
struct PendingReply: @unchecked Sendable {
  private let request: fuse_req_t

  fileprivate init(_ request: fuse_req_t) { self.request = request }

  /// To be called exactly once.
  func resume() -> Reply { Reply.resume(request) }

  /// A signal to the caller, before the answer, breaks off the wait for a lock.
  /// - Parameter number: of the waiter.
  func onInterrupt(_ number: UInt) {
    fuse_req_interrupt_func(
      request,
      { request, number in
        FuseServer.serving(request!).interruptLock(UInt(bitPattern: number))
      }, UnsafeMutableRawPointer(bitPattern: number))
  }
}
