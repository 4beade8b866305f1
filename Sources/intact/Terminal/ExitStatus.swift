import Glibc

/// What the program's exit status tells a script. The numbers are those of sysexits(3), so that
/// they mean the same as other programs' do.
enum ExitStatus: Int32 {
  /// It went wrong for a reason of its own; for `verify`: something is damaged; for `repair`:
  /// something is lost.
  case failed = 1
  /// The command line is wrong.
  case usage = 64
  /// The store is damaged, of another format, or no store at all.
  case badStore = 65
  /// A directory, device or mount that the command needs is not there.
  case missing = 69
  /// The disk or the file system under the store failed.
  case inputOutput = 74
  /// Somebody else has the store or uses the mount: try again later.
  case busy = 75
  /// No permission.
  case noPermission = 77

  /// The status for a system call's error.
  init(errno: Int32) {
    switch errno {
    case EACCES, EPERM, EROFS: self = .noPermission
    case EBUSY: self = .busy
    case ENOENT, ENOTDIR, ENODEV, ENXIO, ENOTCONN: self = .missing
    case EIO, ENOSPC, EDQUOT: self = .inputOutput
    default: self = .failed
    }
  }

  /// The table that `intact --help` prints.
  static let table = """
      0   done
      1   failed; `verify`: something is damaged; `repair`: something is lost
     64   wrong usage
     65   not a store, a store of another format, or a damaged one
     69   a directory, mount or device is missing
     74   the disk failed or is full
     75   busy: the store or the mount is in use
     77   no permission, or a read-only file system
    """
}
