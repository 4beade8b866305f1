import Glibc
import SystemPackage
import Testing

/// What becomes of a store that is damaged, in use, or of the future (F2, F3, F5, F6).
@Suite struct DamageTests {
  /// Python that finds and flips bytes in a store.
  private static let tools = """
    def files(root):
        return sorted(os.path.join(d, f) for d, _, names in os.walk(root) for f in names)
    def places(root, needle):
        return [(path, at) for path in files(root) if (at := content(path).find(needle)) >= 0]
    def flip(path, at):
        with open(path, 'r+b') as file:
            file.seek(at); byte = file.read(1); file.seek(at); file.write(bytes([byte[0] ^ 0x40]))
    def segments(root):
        return [path for path in files(root) if '/log/' in path]
    """

  @Test("F3: damaged content gives EIO on the range it covers; other files are untouched")
  func damagedContent() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        publish('large', b''.join(b'block %09d' % i for i in range(200000)))
        publish('ok', b'fine')
        """
      )
      try mounted.unmount()
      mounted.mustVerify = false
      let tools = try python(in: mounted)
      try tools.run("path, at = places('\(mounted.store)', b'block 000100000')[0]; flip(path, at)")
      try mounted.mount()
      let reader = try mounted.python()
      #expect(try reader.run("content('ok')") == "fine")
      #expect(try reader.failure(of: "content('large')") == .ioError)
      try reader.run("fd = os.open('large', os.O_RDONLY); os.posix_fadvise(fd, 0, 0, 1)")
      #expect(try reader.failure(of: "os.pread(fd, 15, 1500000)") == .ioError)
      #expect(try reader.run("os.pread(fd, 15, 0)") == "block 000000000")
      #expect(try reader.run("os.pread(fd, 15, 2999985)") == "block 000199999")
      // Half a mebibyte to either side is another block, and none of the kernel's business.
      #expect(try reader.run("os.pread(fd, 15, 1500000 - 600000)") == "block 000060000")
      try reader.run("publish('large', b'replaced')")
      #expect(try reader.run("content('large')") == "replaced")
    }
  }

  @Test("F3: small content that is damaged gives EIO, too, and verify names it")
  func damagedSmallContent() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        "os.mkdir('d'); publish('d/bad', b'needle in the log'); publish('ok', b'fine')")
      try mounted.unmount()
      mounted.mustVerify = false
      let tools = try python(in: mounted)
      try tools.run("path, at = places('\(mounted.store)', b'needle in')[0]; flip(path, at)")
      let verify = try mounted.intact("verify \(mounted.store)")
      #expect(verify.ending == .exited(1))
      #expect((verify.text + verify.errors).contains("d/bad"), "\(verify)")
      try mounted.mount()
      let reader = try mounted.python()
      #expect(try reader.failure(of: "content('d/bad')") == .ioError)
      #expect(try reader.run("content('ok')") == "fine")
    }
  }

  @Test("F2: a torn tail is cut off and reported; what was before it is there")
  func tornTail() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("for i in range(20): publish('f%d' % i, b'text %d' % i)")
      try writer.run("publish('last', b'the needle')")
      try mounted.killDaemon()
      let tools = try python(in: mounted)
      try tools.run("path, at = places('\(mounted.store)', b'the needle')[-1]; flip(path, at)")
      try mounted.mount()
      #expect(mounted.log.lowercased().contains("torn"), "\(mounted.log)")
      let reader = try mounted.python()
      #expect(try reader.run("len(os.listdir('.')), content('f19')") == "(20, b'text 19')")
      try reader.run("publish('last', b'once more')")
      try mounted.crash()
      #expect(try mounted.shell("cat last").text == "once more")
    }
  }

  @Test("F2: damage with valid records after it stops the mount, and nothing is touched")
  func damageInside() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("for i in range(20): publish('f%d' % i, b'the needle %02d.' % i)")
      try mounted.killDaemon()
      mounted.mustVerify = false
      let tools = try python(in: mounted)
      try tools.run("path, at = places('\(mounted.store)', b'the needle 07.')[0]; flip(path, at)")
      let before = try fingerprint(of: mounted)
      #expect(try mounted.failToMount() == .exited(65))
      let segment = try tools.run("os.path.basename(path)")
      #expect(mounted.log.contains(segment), "\(mounted.log)")
      #expect(try fingerprint(of: mounted) == before)
      #expect(try mounted.intact("verify \(mounted.store)").ending == .exited(1))
      #expect(try fingerprint(of: mounted) == before)
    }
  }

  @Test("F5: a second daemon of a store gets an error that names the first")
  func secondDaemon() throws {
    try Mounted.run { mounted in
      let other = mounted.scratch.appending("other")
      try mounted.shell("mkdir \(other)").require()
      let daemon = try #require(mounted.daemon)
      let second = try mounted.intact("mount \(mounted.store) \(other)")
      #expect(second.ending == .exited(75))
      #expect(second.errors.contains("\(daemon.pid)"), "\(second)")
      #expect(second.errors.split(separator: "\n").count == 1, "\(second)")
      #expect(MountTable.type(at: other) == nil)
      try mounted.shell("echo works > f && cat f").require()
    }
  }

  @Test("F6: a store of a newer format is refused with both numbers; nothing of it is touched")
  func newerFormat() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo text > f").require()
      try mounted.unmount()
      mounted.mustVerify = false
      let tools = try python(in: mounted)
      try tools.run(
        """
        with open('\(mounted.store)/superblock', 'r+b') as file:
            file.seek(8); version, = struct.unpack('<I', file.read(4))
            file.seek(8); file.write(struct.pack('<I', 4711))
        """)
      let before = try fingerprint(of: mounted)
      let version = try tools.run("version")
      for words in ["mount \(mounted.store) \(mounted.point)", "verify \(mounted.store)"] {
        let refused = try mounted.intact(words)
        #expect(refused.ending == .exited(65), "\(refused)")
        #expect(refused.errors.contains("4711"), "\(refused)")
        #expect(refused.errors.replacing("4711", with: "").contains(version), "\(refused)")
        #expect(MountTable.type(at: mounted.point) == nil)
        #expect(try fingerprint(of: mounted) == before)
      }
    }
  }

  /// A Python process outside the mount.
  private func python(in mounted: Mounted) throws -> Python {
    let python = try mounted.python(in: mounted.scratch)
    try python.run(Self.tools)
    return python
  }

  /// What is in the store: every file's name, time and content. The lock alone may change.
  private func fingerprint(of mounted: Mounted) throws -> String {
    try Shell(directory: mounted.store, scratch: mounted.scratch).run(
      "find . -type f ! -name lock -printf '%p %s %T@\\n' "
        + "-exec sha256sum {} +"
    ).require().text
  }
}
