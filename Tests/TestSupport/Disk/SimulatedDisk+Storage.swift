import Storage
import SystemPackage

extension SimulatedDisk {
  public func list(_ directory: StorageDirectory) throws(StorageError) -> [StoragePath] {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.list, directory.name, nil, changes: false)
      guard let names = state.directories[directory]?.names else {
        throw StorageError(.list, directory.name, .noSuchFileOrDirectory)
      }
      return Array(names.keys)
    }
  }

  public func makeDirectory(_ directory: StorageDirectory) throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.makeDirectory, directory.name, nil, changes: true)
      if state.directories[directory] == nil {
        state.directories[directory] = SimulatedDirectory()
      }
    }
  }

  public func open(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.open, path.description, path, changes: false)
      guard let file = state.directories[path.directory]?.names[path] else {
        throw StorageError(.open, path.description, .noSuchFileOrDirectory)
      }
      return SimulatedFile(disk: self, file: file, path: path, access: access)
    }
  }

  public func create(
    _ path: StoragePath, _ access: StorageAccess
  ) throws(StorageError) -> any StorageFile {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.create, path.description, path, changes: true)
      guard let names = state.directories[path.directory]?.names else {
        throw StorageError(.create, path.description, .noSuchFileOrDirectory)
      }
      guard names[path] == nil else {
        throw StorageError(.create, path.description, .fileExists)
      }
      let file = state.nextFile
      state.nextFile += 1
      state.files[file] = SimulatedContent()
      state.change(path.directory, .link(path, file: file))
      return SimulatedFile(disk: self, file: file, path: path, access: access)
    }
  }

  public func rename(_ old: StoragePath, to new: StoragePath) throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.rename, old.description, old, changes: true)
      guard state.content(old) != nil else {
        throw StorageError(.rename, old.description, .noSuchFileOrDirectory)
      }
      state.change(old.directory, .rename(old, new))
    }
  }

  public func remove(_ path: StoragePath) throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.remove, path.description, path, changes: true)
      guard let file = state.directories[path.directory]?.names[path] else {
        throw StorageError(.remove, path.description, .noSuchFileOrDirectory)
      }
      state.change(path.directory, .unlink(path))
      // Its room comes free; the bytes stay for those who have it open, and for a power cut.
      state.removed.insert(file)
    }
  }

  public func flush(_ directory: StorageDirectory) throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.flushDirectory, directory.name, nil, changes: true)
      state.flushes[.flushDirectory, default: 0] += 1
      if !state.liesAboutFlushes { state.directories[directory]?.flush() }
    }
  }

  public func space() throws(StorageError) -> StorageSpace {
    try state.withLock { (state) throws(StorageError) in
      try state.begin(.space, ".", nil, changes: false)
      let total = min(state.capacity, 1 << 40)
      return StorageSpace(
        total: UInt64(total), available: UInt64(max(0, total - state.charge)))
    }
  }
}
