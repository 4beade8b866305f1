import CommitLog
import FileTree
import Foundation
import LogFormat
import Logging
import Storage
import SystemPackage
import Testing

@testable import intact

/// `intact log` on a real store.
struct StoreHistoryTests {
  @Test func `the history goes back beyond the checkpoint`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "intact-\(UUID())")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let storage = try PosixStorage(root: FilePath(directory))
    try CommitLog.create(in: storage)
    // Closing leaves a checkpoint, so that the next opening need not read the log before it.
    for name in ["first", "second"] {
      let tree = try FileTree.open(storage, logger: Logger(label: "test"))
      tree.makeDirectory(
        Name(Array(name.utf8))!, in: .root, Creation(mode: 0o40755, uid: 0, gid: 0)
      ) { _ in }
      try tree.close()
    }
    var history = CommitHistory(limit: nil)
    try CommitLog.readHistory(storage, into: &history)
    #expect(
      history.commits.flatMap(\.changes)
        == ["create the root", "create directory first", "create directory second"])
    #expect(history.commits.map(\.commit) == [1, 2, 3])
  }
}
