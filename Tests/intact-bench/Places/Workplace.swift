import Foundation
import Locking

/// A directory of the run's own: all that is compared is on one disk.
final class Workplace: Sendable {
  let path: String
  private let program: String
  private let mounts = Mutex<[Mount]>([])

  /// - Parameter directory: on the disk that is measured.
  init(in directory: String, program: String) throws {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw Command.Failure(description: "\(program): no program, say where it is with --intact")
    }
    self.program = program
    path = directory + "/intact-bench.\(getpid())"
    try Descriptor.check(mkdir(path, 0o700), path)
  }

  /// A fresh directory of this name on the disk itself.
  func directory(_ name: String) throws -> String {
    let path = self.path + "/" + name
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A mount of the store `store` here, which is made if it is not there.
  func mount(_ store: String, options: [String] = []) throws -> Mount {
    let point = try directory("mount")
    let words = options.isEmpty ? [] : ["-o", options.joined(separator: ",")]
    let program = self.program
    let mount = try Mount(at: point) {
      try Command.run([program, "mount"] + words + ["\(path)/\(store)", point])
    } status: {
      try Command.output(of: [program, "status", "--json", point])
    } unmount: {
      try Command.run([program, "unmount", point])
    }
    mounts.withLock { $0.append(mount) }
    return mount
  }

  /// A directory as the thinnest file system on libfuse shows it.
  func passThrough(_ directory: String) throws -> PassThrough {
    try PassThrough(directory, at: try self.directory("pass-through"))
  }

  func removeStore(_ store: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + store)
  }

  /// Everything on the disk, and the caches as after a start of the machine.
  static func dropCaches() throws {
    sync()
    try "3\n".write(toFile: "/proc/sys/vm/drop_caches", atomically: false, encoding: .utf8)
  }

  /// Has the system own as many bytes of free memory. A virtual machine gets each page of it from
  /// its host on first use, which can take longer than the file system does with it.
  static func touchMemory(_ size: UInt64) throws {
    try MemoryMap.with(Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS) { start in
      for offset in stride(from: 0, to: Int(size), by: 4096) {
        start.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
      }
    }
  }

  /// Ends what is mounted still and removes everything.
  func remove() {
    for mount in mounts.withLock({ $0 }) where mount.isMounted { try? mount.unmount() }
    try? FileManager.default.removeItem(atPath: path)
  }
}
