import Testing

@testable import intact

/// `/proc/self/mountinfo`, as proc(5) has it.
struct MountTableTests {
  private static let table = MountTable(
    parsing: #"""
      22 28 0:21 / /proc rw,nosuid shared:5 - proc proc rw
      36 28 0:40 / /mnt/a\040b rw,nosuid,nodev,noatime - fuse.intact /srv/st\134ore rw,user_id=0
      37 36 0:41 / /mnt/plain ro master:1 propagate_from:2 - ext4 /dev/vda ro
      38 36 0:42 / /mnt/plain rw - fuse.other other rw
      a line that is cut
      """#)

  @Test func `a mount is found by its place`() throws {
    let mount = try #require(Self.table.entry(at: "/mnt/a b"))
    #expect(mount.isIntact && mount.isFuse)
    #expect(mount.source == #"/srv/st\ore"#)
    #expect(mount.flags == ["rw", "nosuid", "nodev", "noatime"])
    #expect(Self.table.entry(at: "/mnt") == nil)
  }

  @Test func `of two mounts on one place the later counts`() throws {
    let mount = try #require(Self.table.entry(at: "/mnt/plain"))
    #expect(mount.type == "fuse.other" && !mount.isIntact && mount.isFuse)
  }

  @Test func `a line that is no entry is left out`() {
    #expect(Self.table.entries.count == 4)
  }

  @Test func `the system's own table has the root`() throws {
    let table = try MountTable.current()
    #expect(table.entry(at: "/") != nil)
  }
}
