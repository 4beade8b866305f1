import SystemPackage
import Testing

/// What the daemon needs for large files.
@Suite(.serialized) struct MemoryTests {
  @Test("copying a file of 1 GiB in and reading it leaves the daemon under 192 MiB resident")
  func largeCopy() throws {
    try Mounted.run(limit: .seconds(180)) { mounted in
      let writer = try mounted.python(limit: .seconds(120))
      try writer.run(
        """
        block = os.urandom(1 << 20)
        def blocks():
            for i in range(1024): yield b'%08d' % i + block[8:]
        hash = hashlib.sha256()
        fd = begin('large', b'')
        for part in blocks():
            put(fd, part); hash.update(part)
        os.close(fd)
        """)
      #expect(try writer.run("os.stat('large').st_size") == "1073741824")
      #expect(try writer.run("digest('large') == hash.hexdigest()") == "True")
      let daemon = try #require(mounted.daemon)
      let report = try mounted.shell("awk '/^VmHWM/{print $2}' /proc/\(daemon.pid)/status").text
      let kibibytes = try #require(Int(report))
      #expect(kibibytes < 192 * 1024, "VmHWM is \(kibibytes / 1024) MiB")
      try writer.run("os.unlink('large')")
      try waitUntil("its space comes back", limit: .seconds(30)) {
        Int(try mounted.shell("du -sm \(mounted.store)").text.prefix { $0 != "\t" })! < 300
      }
    }
  }
}
