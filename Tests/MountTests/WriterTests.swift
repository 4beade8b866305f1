import SystemPackage
import Testing

/// What replacing writers, and changes of a path or a handle, do (W1, W4, W5).
@Suite struct WriterTests {
  @Test("W1: two replacing writers never mix; each publishes whole, the later commit wins")
  func twoWriters() throws {
    try Mounted.run { mounted in
      let (a, b, reader) = (try mounted.python(), try mounted.python(), try mounted.python())
      try a.run("publish('f', b'old')")
      try a.run("fd = begin('f', b'A' * 100000)")
      try b.run("fd = begin('f', b'B' * 50000)")
      try a.run("put(fd, b'A' * 100000)")
      try b.run("put(fd, b'B')")
      #expect(try reader.run("content('f')") == "old")
      try a.run("os.close(fd)")
      #expect(try reader.run("content('f') == b'A' * 200000") == "True")
      try b.run("put(fd, b'B'); os.close(fd)")
      #expect(try reader.run("content('f') == b'B' * 50002") == "True")
    }
  }

  @Test("W1: two writers that create one name publish whole, one after the other")
  func twoCreators() throws {
    try Mounted.run { mounted in
      let (a, b, reader) = (try mounted.python(), try mounted.python(), try mounted.python())
      try a.run("fd = begin('f', b'from a')")
      try b.run("fd = begin('f', b'and from b')")
      #expect(try reader.failure(of: "content('f')") == .noSuchFileOrDirectory)
      try b.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "and from b")
      try a.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "from a")
      #expect(try reader.run("os.listdir('.')") == "['f']")
    }
  }

  @Test("W1: many writers of one name leave one of their contents")
  func manyWriters() throws {
    try Mounted.run { mounted in
      let writers = try (0..<4).map { _ in try mounted.python() }
      for (number, writer) in writers.enumerated() {
        try writer.send("for i in range(100): publish('f', b'\(number)' * 70000)")
      }
      for writer in writers { _ = try writer.receive() }
      #expect(try writers[0].run("data = content('f')") == "")
      #expect(try writers[0].run("len(data), data == data[:1] * 70000") == "(70000, True)")
    }
  }

  @Test("W1: a replacing writer reads back what it staged, and seeks in it")
  func readsItsOwn() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old content, longer than the new')")
      try writer.run("fd = begin('f', b'0123456789', os.O_RDWR | os.O_TRUNC)")
      #expect(try writer.run("os.pread(fd, 4, 3)") == "3456")
      #expect(try writer.run("os.fstat(fd).st_size") == "10")
      try writer.run("os.pwrite(fd, b'x', 5); os.ftruncate(fd, 8); os.pwrite(fd, b'end', 12)")
      #expect(try writer.run("os.lseek(fd, 0, os.SEEK_END)") == "15")
      #expect(try reader.run("content('f')") == "old content, longer than the new")
      try writer.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "01234x67\0\0\0\0end")
    }
  }

  @Test("W1: a large content with holes is published as it was written")
  func largeWithHoles() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run(
        """
        want = bytearray(3 << 20)
        fd = begin('f', b'', os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for at, size in [(2 << 20, 700000), (5, 100), (1 << 20, 300001), (100000, 32768)]:
            data = hashlib.sha256(b'%d' % at).digest() * (size // 32 + 1)
            want[at:at + size] = data[:size]
            os.pwrite(fd, data[:size], at)
        os.pwrite(fd, b'again', (1 << 20) + 70)
        want[(1 << 20) + 70:(1 << 20) + 75] = b'again'
        os.ftruncate(fd, 3 << 20)
        """)
      #expect(try writer.run("os.pread(fd, 3 << 20, 0) == bytes(want)") == "True")
      try writer.run("os.close(fd); want = hashlib.sha256(want).hexdigest()")
      let want = try writer.run("want")
      #expect(try reader.run("digest('f')") == want)
      reader.close()
      writer.close()
      try mounted.remount()
      #expect(try mounted.python().run("digest('f')") == want)
    }
  }

  @Test("W4: truncate of a path is one commit of its own")
  func truncateOfPath() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'0123456789' * 30000)")
      try reader.run("fd = os.open('f', os.O_RDONLY)")
      let before = try mounted.status()
      try writer.run("os.truncate('f', 4)")
      #expect(try mounted.status().commits - before.commits == 1)
      #expect(try reader.run("content('f')") == "0123")
      #expect(try reader.run("os.stat('f').st_size") == "4")
      #expect(try reader.run("os.fstat(fd).st_size, len(whole(fd))") == "(300000, 300000)")
      try writer.run("os.truncate('f', 6)")
      #expect(try reader.run("content('f')") == "0123\0\0")
      try writer.run("os.truncate('f', 0)")
      #expect(try reader.run("content('f')") == "")
      try writer.run("os.truncate('f', 1 << 33)")
      #expect(try reader.run("os.stat('f').st_size") == "8589934592")
      try mounted.crash()
      #expect(try mounted.python().run("os.stat('f').st_size") == "8589934592")
    }
  }

  @Test("W4: truncate of a path does not disturb a writer that has it staged")
  func truncateBesideWriter() throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old content'); fd = begin('f', b'new content')")
      try other.run("os.truncate('f', 3)")
      #expect(try other.run("content('f')") == "old")
      try writer.run("os.close(fd)")
      #expect(try other.run("content('f')") == "new content")
      #expect(try other.failure(of: "os.truncate('none', 3)") == .noSuchFileOrDirectory)
    }
  }

  @Test("W5: a handle's mode, owner and times are published together with its content")
  func handleMetadata() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'brand new')")
      try writer.run("os.fchmod(fd, 0o600); os.fchown(fd, 12, 34)")
      try writer.run("os.utime(fd, ns=(5_000_000_001, 6_000_000_002))")
      try reader.run(
        "def seen(): s = os.stat('f'); return (s.st_size, oct(s.st_mode), s.st_uid, s.st_gid)")
      #expect(try reader.run("seen()") == "(3, '0o100644', 0, 0)")
      let before = try mounted.status()
      try writer.run("os.close(fd)")
      #expect(try mounted.status().commits - before.commits == 1)
      #expect(try reader.run("seen()") == "(9, '0o100600', 12, 34)")
      #expect(try reader.run("os.stat('f').st_mtime_ns") == "6000000002")
      try mounted.crash()
      let after = try mounted.python()
      #expect(try after.run("os.stat('f').st_mtime_ns, os.stat('f').st_uid") == "(6000000002, 12)")
    }
  }

  @Test("W5: mtime is the time of publication, unless the handle set it after its last write")
  func publicationTime() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("fd = begin('f', b'first'); os.utime(fd, ns=(10, 10)); put(fd, b'then')")
      // The kernel's clock for files is coarse: a tick of it must lie between.
      try writer.run(
        """
        open('tick', 'w').close()
        start = os.stat('tick').st_mtime_ns
        COARSE = 5
        while time.clock_gettime_ns(COARSE) < start + 50_000_000: pass
        written = time.clock_gettime_ns(COARSE)
        """)
      try writer.run("os.close(fd)")
      #expect(try writer.run("os.stat('f').st_mtime_ns >= written") == "True")
      #expect(try writer.run("os.stat('f').st_ctime_ns >= written") == "True")
      try writer.run("fd = begin('f', b'again'); os.utime(fd, ns=(10, 20)); os.close(fd)")
      #expect(try writer.run("os.stat('f').st_mtime_ns") == "20")
    }
  }

  @Test("W5: cp -p brings mode, owner and times along, in one commit")
  func copyPreserving() throws {
    try Mounted.run { mounted in
      let source = mounted.scratch.appending("source")
      try mounted.shell(
        "echo some text > \(source); chown 7:8 \(source); chmod 640 \(source); "
          + "touch -d '2001-02-03 04:05:06.789' \(source)"
      ).require()
      let before = try mounted.status()
      try mounted.shell("cp -p \(source) copy").require()
      #expect(try mounted.status().commits - before.commits == 1)
      let seen = try mounted.shell("stat -c '%u %g %a %y %s' copy").text
      #expect(seen == "7 8 640 2001-02-03 04:05:06.789000000 +0000 10")
      #expect(try mounted.shell("cat copy").text == "some text")
    }
  }
}
