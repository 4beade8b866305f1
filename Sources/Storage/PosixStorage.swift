import CLinux
import Glibc
import Locking
import SystemPackage

/// A store in a directory of the system's.
public final class PosixStorage: Storage {
  private let root: CInt
  private let directories = Mutex<[StorageDirectory: CInt]>([:])

  /// - Throws: a ``StorageError`` if there is no such directory.
  public init(root: FilePath) throws(StorageError) {
    let descriptor = root.withPlatformString { intact_open_directory(AT_FDCWD, $0) }
    guard descriptor >= 0 else { throw StorageError(.open, root.string, Errno(rawValue: errno)) }
    self.root = descriptor
  }

  deinit {
    directories.withLock { for (_, descriptor) in $0 { close(descriptor) } }
    close(root)
  }

  public func list(_ directory: StorageDirectory) throws(StorageError) -> [StoragePath] {
    let failure = { StorageError(.list, directory.name, Errno(rawValue: errno)) }
    // A descriptor of its own, since reading a directory moves the descriptor's position.
    let copy = intact_open_directory(root, directory.name)
    guard copy >= 0 else { throw failure() }
    guard let stream = fdopendir(copy) else {
      let error = failure()
      close(copy)
      throw error
    }
    defer { closedir(stream) }
    var paths: [StoragePath] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let path = StoragePath(name: name, in: directory) { paths.append(path) }
      errno = 0
    }
    guard errno == 0 else { throw failure() }
    return paths
  }

  public func makeDirectory(_ directory: StorageDirectory) throws(StorageError) {
    guard mkdirat(root, directory.name, 0o700) == 0 || errno == EEXIST else {
      throw StorageError(.makeDirectory, directory.name, Errno(rawValue: errno))
    }
  }

  public func open(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    try file(path, access, create: false)
  }

  public func create(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    try file(path, access, create: true)
  }

  public func rename(_ old: StoragePath, to new: StoragePath) throws(StorageError) {
    let directory = try descriptor(old.directory)
    guard renameat(directory, old.name, try descriptor(new.directory), new.name) == 0 else {
      throw StorageError(.rename, old.description, Errno(rawValue: errno))
    }
  }

  public func remove(_ path: StoragePath) throws(StorageError) {
    guard unlinkat(try descriptor(path.directory), path.name, 0) == 0 else {
      throw StorageError(.remove, path.description, Errno(rawValue: errno))
    }
  }

  public func flush(_ directory: StorageDirectory) throws(StorageError) {
    guard fsync(try descriptor(directory)) == 0 else {
      throw StorageError(.flushDirectory, directory.name, Errno(rawValue: errno))
    }
  }

  public func space() throws(StorageError) -> StorageSpace {
    var space = StorageSpace(total: 0, available: 0)
    guard intact_space(root, &space.total, &space.available) == 0 else {
      throw StorageError(.space, ".", Errno(rawValue: errno))
    }
    return space
  }

  private func file(
    _ path: StoragePath, _ access: StorageAccess, create: Bool
  ) throws(StorageError) -> PosixFile {
    let directory = try descriptor(path.directory)
    let file = intact_open_file(directory, path.name, access.code, create ? 1 : 0)
    guard file >= 0 else {
      throw StorageError(create ? .create : .open, path.description, Errno(rawValue: errno))
    }
    return PosixFile(descriptor: file, path: path)
  }

  /// The directory's descriptor, opened at its first use and kept.
  private func descriptor(_ directory: StorageDirectory) throws(StorageError) -> CInt {
    if directory == .root { return root }
    return try directories.withLock { (known) throws(StorageError) in
      if let descriptor = known[directory] { return descriptor }
      let descriptor = intact_open_directory(root, directory.name)
      guard descriptor >= 0 else {
        throw StorageError(.open, directory.name, Errno(rawValue: errno))
      }
      known[directory] = descriptor
      return descriptor
    }
  }
}

extension StorageAccess {
  fileprivate var code: intact_access {
    switch self {
    case .read: INTACT_READ
    case .directRead: INTACT_DIRECT_READ
    case .write: INTACT_WRITE
    case .direct: INTACT_DIRECT
    }
  }
}
