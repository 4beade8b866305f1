import CFuse3
import Glibc

/// Who sent a request.
struct Caller: Sendable {
  /// The thread, as this process numbers it; 0 if it cannot see it (another pid namespace).
  let thread: pid_t
  let uid: UInt32
  let gid: UInt32

  init(_ request: fuse_req_t) {
    let context = fuse_req_ctx(request).pointee
    (thread, uid, gid) = (context.pid, context.uid, context.gid)
  }
}
