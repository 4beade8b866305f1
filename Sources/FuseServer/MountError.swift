import struct SystemPackage.Errno

/// Why there is no mount.
public enum MountError: Error, CustomStringConvertible {
  /// libfuse did not take the options; it has said on standard error which.
  case options
  /// The kernel or `fusermount3` refused; libfuse has said on standard error why.
  case refused(Errno)
  /// The process has no thread or descriptor left for the server.
  case resources(Errno)
  /// Reading requests failed for another reason than an unmount.
  case connection(Errno)

  public var description: String {
    switch self {
    case .options: "the mount options were not accepted"
    case .refused(let errno): "the mount was refused: \(errno)"
    case .resources(let errno): "the server could not be started: \(errno)"
    case .connection(let errno): "the connection to the kernel failed: \(errno)"
    }
  }
}
