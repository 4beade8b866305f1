import CLinux
import Glibc
import SystemPackage

/// Taking a mount away, as root by the system call, else by FUSE's own set-id program.
enum Detachment {
  /// - Parameter lazily: take it out of the tree at once, whoever still uses it.
  static func detach(_ path: String, lazily: Bool = false) throws(Errno) {
    let flags = Int32(UMOUNT_NOFOLLOW) | (lazily ? Int32(MNT_DETACH) : 0)
    if umount2(path, flags) == 0 { return }
    let error = Errno.current
    guard error == .notPermitted, geteuid() != 0 else { throw error }
    try detachAsUser(path, lazily: lazily)
  }

  /// fusermount3(1) says what is wrong on standard error; all that its status tells is that it is.
  private static func detachAsUser(_ path: String, lazily: Bool) throws(Errno) {
    let words = ["fusermount3", "-u", "-q"] + (lazily ? ["-z"] : []) + ["--", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    let error = posix_spawnp(&process, "fusermount3", nil, nil, &arguments, environ)
    if error != 0 { throw Errno(rawValue: error) }
    if ChildProcess.wait(for: process) != .exited(0) { throw .resourceBusy }
  }
}
