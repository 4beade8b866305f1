import CommitLog
import Dispatch
import FileTree
import LogFormat
import Logging
import Storage
import TestSupport

import struct SystemPackage.FilePath

/// Makes stores with many small files, faster than through a mount.
enum StoreFilling {
  private static let filesInDirectory = 1_000
  private static let content = [UInt8](repeating: 0x73, count: 100)

  /// - Parameter beforeTheEnd: is called when everything is durable and the store is open still.
  static func fill(_ path: String, files: Int, beforeTheEnd: () throws -> Void) throws {
    let storage = try PosixStorage(root: FilePath(path))
    try CommitLog.create(in: storage)
    let tree = try FileTree.open(
      storage, durability: .fsync, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    let owner = Creation(mode: 0o755, uid: 0, gid: 0)
    var directory = Inode.root
    for number in 0..<files {
      if number % filesInDirectory == 0 {
        let name = Name(Array("d\(number)".utf8))!
        directory = try wait { tree.makeDirectory(name, in: .root, owner, $0) }.attributes.inode
      }
      let name = Name(Array("file \(number)".utf8))!
      let staging = try tree.createPending(
        name, in: directory, owner, exclusive: true, truncate: true)
      try content.withUnsafeBytes { try staging.write($0, at: 0) }
      try wait { tree.commit(staging, .close, $0) }
      try wait { tree.forget(staging, $0) }
    }
    try wait { tree.sync($0) }
    try beforeTheEnd()
    try tree.close()
  }
}
