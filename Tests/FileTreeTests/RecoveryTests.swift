import CommitLog
import LogFormat
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// Logs that are whole and tell of no possible tree: a program's mistake, or somebody's malice.
@Suite struct RecoveryTests {
  private static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

  private struct Ignored: LogRecovery {
    mutating func restore(_ record: Record) {}
    mutating func replay(_ commit: RecoveredCommit) {}
  }

  /// A store with these commits after one that makes the root, directories 2 and 3 (in 2) and the
  /// file 4, by the names `two`, `three` and `four`.
  private func store(_ commits: [[Record]]) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try CommitLog.create(in: disk)
    var ignored = Ignored()
    let log = try CommitLog.open(disk, readOnly: false, recovery: &ignored)
    log.finishRecovery()
    let base = [
      create(1, FileType.directory), create(2, FileType.directory), create(3, FileType.directory),
      create(4, FileType.regular), link(2, "two", in: 1), link(3, "three", in: 2),
      link(4, "four", in: 1),
    ]
    for records in [base] + commits {
      _ = try log.append(Commit(records, at: Self.time), .lazy) { _ in }
    }
    try log.close()
    return disk
  }

  private func create(_ inode: UInt64, _ type: UInt32) -> Record {
    .create(
      CreateRecord(
        inode: Inode(rawValue: inode), mode: type | 0o755, uid: 0, gid: 0, rdev: 0,
        accessed: Self.time, modified: Self.time, changed: Self.time, created: Self.time,
        symlinkTarget: []))
  }

  private func link(_ inode: UInt64, _ name: Name, in parent: UInt64) -> Record {
    .link(
      LinkRecord(
        parent: Inode(rawValue: parent), name: name, inode: Inode(rawValue: inode),
        time: Self.time))
  }

  private func unlink(_ name: Name, in parent: UInt64) -> Record {
    .unlink(UnlinkRecord(parent: Inode(rawValue: parent), name: name, time: Self.time))
  }

  private func open(_ disk: SimulatedDisk) throws -> FileTree {
    try FileTree.open(disk, readOnly: true, logger: TreeFixture.silent)
  }

  @Test func `what is done in one commit counts when it is over`() throws {
    let disk = try store([
      // Two directories change places, in steps that would be impossible one by one.
      [
        link(3, "three", in: 1), link(2, "two", in: 3), unlink("two", in: 1),
        unlink("three", in: 2),
      ],
      [unlink("two", in: 3), unlink("three", in: 1), link(3, "four", in: 1)],
    ])
    let tree = try open(disk)
    let listing = try tree.list(.root)
    #expect((0..<listing.count).map { listing[$0].inode } == [Inode(rawValue: 3)])
    #expect(tree.view(Inode(rawValue: 2)) == nil)
    #expect(tree.view(Inode(rawValue: 4)) == nil)
    try tree.close()
  }

  @Test func `a commit that leaves no possible tree is refused, and says why`() throws {
    let contradictions: [(String, [Record])] = [
      ("created again", [create(4, FileType.regular)]),
      ("a name for the root", [link(1, "root", in: 2)]),
      ("has 2 names", [link(2, "again", in: 1)]),
      ("lies in itself", [unlink("two", in: 1), link(2, "below", in: 3)]),
      ("lies in itself", [unlink("three", in: 2), link(3, "itself", in: 3)]),
      ("is not empty", [unlink("two", in: 1)]),
      ("is not empty", [link(4, "two", in: 1)]),
      ("does not exist", [link(9, "nine", in: 1)]),
      ("is not a directory", [link(3, "three", in: 4)]),
    ]
    for (reason, records) in contradictions {
      let error = #expect(throws: UnfitCommit.self, "\(reason)") { try open(store([records])) }
      #expect(error?.description.contains(reason) == true, "\(error as Any)")
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `chunks that move to where they were are refused, and never looked for in a circle`() throws
  {
    let here = LogPosition(segment: SegmentNumber(rawValue: 1), offset: 5000)
    let there = LogPosition(segment: SegmentNumber(rawValue: 1), offset: 6000)
    for (from, to) in [(here, here), (there, here)] {
      let relocation = Record.relocate(
        RelocateRecord(from: from, to: .stored(.log(to)), length: 5))
      let content = Record.setContent(
        ContentRecord(
          inode: Inode(rawValue: 4), size: 5, replacesAll: true,
          chunks: [ChunkRecord(location: .stored(.log(from)), length: 5, checksums: [0])],
          extents: []))
      let error = #expect(throws: UnfitCommit.self) { try open(store([[relocation], [content]])) }
      #expect(error?.description.contains("backwards") == true)
    }
  }

  @Test(.timeLimit(.minutes(10))) func `however deep a tree is, it can be verified`() throws {
    let depth: UInt64 = 20_000
    let records = (5..<5 + depth).flatMap { inode in
      [create(inode, FileType.directory), link(inode, "d", in: inode == 5 ? 1 : inode - 1)]
    }
    let tree = try open(store([records]))
    var progress = VerifyProgress()
    #expect(tree.verify { progress = $0 }.isEmpty)
    #expect(progress.files == Int(depth) + 4)
    try tree.close()
  }
}
