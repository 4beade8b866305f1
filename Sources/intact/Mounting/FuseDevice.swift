import Glibc
import SystemPackage

/// The kernel's end of every FUSE mount.
enum FuseDevice {
  /// - Throws: a ``Problem`` if it is missing, or this process may not use it.
  static func check() throws(Problem) {
    let path = "/dev/fuse"
    let device = open(path, O_RDWR | O_CLOEXEC)
    if device >= 0 {
      close(device)
      return
    }
    let errno = Errno.current
    let isMissing = errno == .noSuchFileOrDirectory || errno.rawValue == Glibc.ENODEV
    throw Problem(
      path, "cannot use FUSE: \(errno.plainDescription)",
      remedy: isMissing
        ? "load the kernel module with `modprobe fuse`, or give the container the device"
        : "run it as a user who may open that device",
      status: ExitStatus(errno: errno.rawValue))
  }
}
