import CommitLog
import Storage
import struct SystemPackage.Errno

extension Errno {
  /// What a program is told of a failure below: `ENOSPC` and `EDQUOT` by their names, everything
  /// else as `EIO` (C7).
  init(_ error: any Error) {
    switch error {
    case let error as Errno: self = error
    case let error as StorageError: self = error.isForWantOfRoom ? error.errno : .ioError
    case let error as CommitError: self = Errno(commit: error)
    default: self = .ioError
    }
  }

  private init(commit error: CommitError) {
    switch error {
    case .noSpace: self = .noSpace
    case .readOnly: self = .readOnlyFileSystem
    case .tooLarge: self = .fileTooLarge
    case .io: self = .ioError
    }
  }
}
