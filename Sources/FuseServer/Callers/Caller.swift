import CFuse3
import FileTree
import Glibc

/// Who sent a request.
struct Caller: Sendable {
  /// The thread, as this process numbers it; 0 if it cannot see it (another pid namespace).
  let thread: pid_t
  let uid: UInt32
  let gid: UInt32
  let umask: UInt32

  init(_ request: fuse_req_t) {
    let context = fuse_req_ctx(request).pointee
    (thread, uid, gid) = (context.pid, context.uid, context.gid)
    umask = context.umask
  }

  /// A new file of the caller's.
  func creation(_ mode: UInt32) -> Creation {
    Creation(mode: mode, uid: uid, gid: gid, umask: umask)
  }
}
