import LogFormat
import Testing

@testable import CommitLog
@testable import intact

/// What `intact log` says of a commit.
struct CommitHistoryTests {
  private static let time = Timestamp(seconds: 1_795_411_872, nanoseconds: 345_678_901)

  @Test func `files are called by their paths`() throws {
    var history = CommitHistory(limit: nil)
    try history.restore(.link(Self.link(1, "dir", 2)))
    try history.replay(
      Self.commit(8, [Self.create(3), Self.link(2, "f", 3), Self.content(3, 2048)]))
    try history.replay(Self.commit(9, [Self.content(3, 10), Self.attributes(3)]))
    try history.replay(Self.commit(10, [Self.unlink(2, "f"), Self.link(1, "g", 3)]))
    try history.replay(Self.commit(11, [Self.attributes(3), Self.unlink(1, "g")]))
    #expect(
      history.commits.map(\.changes) == [
        ["create dir/f (2.0 KiB)"], ["write dir/f (10 B)"], ["rename dir/f to g"],
        ["remove g", "set attributes of #3"],
      ])
    #expect(history.commits.first?.time == "2026-11-23T05:31:12.345Z")
  }

  @Test func `only the newest are kept`() throws {
    var history = CommitHistory(limit: 3)
    for number in 1...5000 { try history.replay(Self.commit(UInt64(number), [])) }
    #expect(history.commits.map(\.commit) == [4998, 4999, 5000])
  }

  private static func commit(_ number: UInt64, _ records: [Record]) -> RecoveredCommit {
    RecoveredCommit(
      sequence: CommitSequence(rawValue: number), time: time, records: records,
      contentStart: LogPosition(segment: SegmentNumber(rawValue: 1), offset: 4096),
      contentLength: 0)
  }

  private static func link(_ parent: UInt64, _ name: String, _ inode: UInt64) -> LinkRecord {
    LinkRecord(
      parent: Inode(rawValue: parent), name: Name(Array(name.utf8))!, inode: Inode(rawValue: inode),
      time: time)
  }

  private static func link(_ parent: UInt64, _ name: String, _ inode: UInt64) -> Record {
    .link(link(parent, name, inode))
  }

  private static func unlink(_ parent: UInt64, _ name: String) -> Record {
    .unlink(
      UnlinkRecord(parent: Inode(rawValue: parent), name: Name(Array(name.utf8))!, time: time))
  }

  private static func create(_ inode: UInt64) -> Record {
    .create(
      CreateRecord(
        inode: Inode(rawValue: inode), mode: 0o100644, uid: 0, gid: 0, rdev: 0, accessed: time,
        modified: time, changed: time, created: time, symlinkTarget: []))
  }

  private static func content(_ inode: UInt64, _ size: UInt64) -> Record {
    .setContent(
      ContentRecord(
        inode: Inode(rawValue: inode), size: size, replacesAll: true, chunks: [], extents: []))
  }

  private static func attributes(_ inode: UInt64) -> Record {
    .setAttributes(SetAttributesRecord(inode: Inode(rawValue: inode), modified: time))
  }
}
