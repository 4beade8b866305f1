import SystemPackage
import Testing

/// Appending writers, and readers that see a file grow (W3, R3).
@Suite struct AppendTests {
  @Test("W3: each write of an appender is seen at once, by path and by descriptors that were open")
  func seenAtOnce() throws {
    try Mounted.run { mounted in
      let (a, b, reader) = (try mounted.python(), try mounted.python(), try mounted.python())
      try a.run("publish('f', b'one\\n')")
      try reader.run("fd = os.open('f', os.O_RDONLY); seen = whole(fd)")
      try a.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(fd, b'two\\n')")
      #expect(try b.run("content('f')") == "one\ntwo\n")
      // It was there before, and may see the file grow a little later.
      try waitUntil("seen") {
        try reader.run("seen += whole(fd)")
        return try reader.run("seen") == "one\ntwo\n"
      }
      #expect(try reader.run("os.fstat(fd).st_size") == "8")
      try reader.run("fd = os.open('f', os.O_RDONLY); os.lseek(fd, 8, os.SEEK_SET)")
      try b.run("fd = os.open('f', os.O_RDWR | os.O_APPEND); os.write(fd, b'three\\n')")
      try a.run("os.write(fd, b'four\\n')")
      #expect(try reader.run("whole(fd)") == "three\nfour\n")
      #expect(try reader.run("content('f')") == "one\ntwo\nthree\nfour\n")
      #expect(try b.run("os.pread(fd, 100, 0)") == "one\ntwo\nthree\nfour\n")
      #expect(try b.run("os.lseek(fd, 0, os.SEEK_CUR)") == "14")
      #expect(try reader.run("os.stat('f').st_size") == "19")
    }
  }

  @Test("W3: the first append publishes the name, an append to a new one goes after it")
  func newName() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      let open = "fd = os.open('f', os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)"
      try a.run(open)
      #expect(try b.failure(of: "content('f')") == .noSuchFileOrDirectory)
      try b.run(open)
      try a.run("os.write(fd, b'a')")
      #expect(try b.run("content('f')") == "a")
      try b.run("os.write(fd, b'b'); os.close(fd)")
      try a.run("os.write(fd, b'c'); os.close(fd)")
      #expect(try b.run("content('f')") == "abc")
    }
  }

  @Test("W3: eight processes append through descriptors of their own and through a shared one")
  func manyAppenders() throws {
    try Mounted.run { mounted in
      let follower = try mounted.start("touch all; tail -c +1 -f all > \(mounted.scratch)/followed")
      try waitUntil("followed") { try mounted.shell("ls all").ending == .exited(0) }
      try mounted.shell(
        """
        set -e
        exec 3>> shared
        append() { for i in $(seq 300); do echo "$1 $i" >> all; echo "$1 $i" >&3; done; }
        for p in 1 2 3 4 5 6 7 8; do append $p & done
        wait
        for f in all shared; do
          [ $(wc -l < $f) = 2400 ]
          for p in 1 2 3 4 5 6 7 8; do
            grep "^$p " $f | cut -d' ' -f2 | diff - <(seq 300)
          done
        done
        """, limit: .seconds(60)
      ).require()
      let followed = "\(mounted.scratch)/followed"
      try waitUntil("tail has all") {
        try mounted.shell("cmp all \(followed)").ending == .exited(0)
      }
      #expect(follower.isRunning)
      try mounted.crash()
      try mounted.shell("[ $(wc -l < all) = 2400 ] && [ $(wc -l < shared) = 2400 ]").require()
    }
  }

  /// Without care the kernel shows zeros for what it has read before the file grew.
  @Test("R3: a reader that was there before sees whole appends, and never zeros")
  func noZeros() throws {
    try Mounted.run { mounted in
      let (writer, late) = (try mounted.python(), try mounted.python())
      let readers = try (0..<3).map { _ in try mounted.python() }
      let read = """
        seen = b''
        while not seen.endswith(b'end\\n'):
            part = os.read(fd, 100000)
            assert b'\\0' not in part, (len(seen), part)
            seen += part
            assert os.fstat(fd).st_size >= len(seen)
        assert seen == b''.join(b'%d\\n' % i for i in range(5000)) + b'end\\n'
        """
      try writer.run("publish('f', b'')")
      for reader in readers {
        try reader.run("fd = os.open('f', os.O_RDONLY)")
        try reader.send(read)
      }
      try writer.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND)")
      try late.run("fd = os.open('f', os.O_RDONLY)")
      try late.send(read)
      try writer.run("for i in range(5000): os.write(fd, b'%d\\n' % i)")
      try writer.run("os.write(fd, b'end\\n')")
      for reader in readers + [late] { _ = try reader.receive() }
    }
  }

  @Test("W3: appends are durable after fsync, close, or a second; a crash leaves whole ones")
  func durable() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND | os.O_CREAT)")
      let before = try mounted.status()
      try writer.run("for i in range(100): os.write(fd, b'x' * 999 + b'\\n')")
      try writer.run("os.fsync(fd)")
      let after = try mounted.status()
      #expect(after.commits - before.commits == 100)
      try mounted.crash()
      try mounted.shell("[ $(stat -c %s f) = 100000 ]").require()
      // The descriptor is of the daemon that was killed.
      let again = try mounted.python()
      try again.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(fd, b'y' * 1000)")
      try again.run("os.close(fd)")
      try mounted.crash()
      try mounted.shell("[ $(stat -c %s f) = 101000 ]").require()
      let last = try mounted.python()
      try last.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND)")
      try last.run("for i in range(1000): os.write(fd, b'z' * 1000)")
      try mounted.crash()
      try mounted.shell("[ $(( $(stat -c %s f) % 1000 )) = 0 ]").require()
    }
  }

  @Test("W1: O_TRUNC with O_APPEND is a replacing writer")
  func replacing() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old')")
      try writer.run("fd = begin('f', b'new', os.O_WRONLY | os.O_TRUNC | os.O_APPEND)")
      #expect(try reader.run("content('f')") == "old")
      try writer.run("os.pwrite(fd, b' at the end', 0); os.close(fd)")
      #expect(try reader.run("content('f')") == "new at the end")
    }
  }

  @Test("W2, W3: an updating writer's commit keeps what others appended meanwhile")
  func updateMeetsAppend() throws {
    try Mounted.run { mounted in
      let (updater, appender) = (try mounted.python(), try mounted.python())
      try updater.run("publish('f', b'0' * 10)")
      try updater.run("fd = os.open('f', os.O_RDWR); os.pwrite(fd, b'ab', 2)")
      try appender.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(fd, b'end')")
      #expect(try appender.run("content('f')") == "0000000000end")
      #expect(try updater.run("os.pread(fd, 100, 0)") == "00ab000000end")
      try updater.run("os.fsync(fd)")
      #expect(try appender.run("content('f')") == "00ab000000end")
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == "00ab000000end")
    }
  }

  @Test("W3: an append after a replacement goes to the end of the new version")
  func afterReplacement() throws {
    try Mounted.run { mounted in
      let (appender, other) = (try mounted.python(), try mounted.python())
      try other.run("publish('f', b'a long old content')")
      try appender.run("fd = os.open('f', os.O_RDWR | os.O_APPEND); os.write(fd, b'.')")
      try other.run("old = os.open('f', os.O_RDONLY); publish('f', b'new')")
      try appender.run("os.write(fd, b'!')")
      #expect(try other.run("content('f')") == "new!")
      #expect(try appender.run("os.pread(fd, 100, 0)") == "new!")
      #expect(try other.run("whole(old)") == "a long old content.")
    }
  }

  @Test("W3: an unlinked file is still appended to and read by those who have it open")
  func unlinked() throws {
    try Mounted.run { mounted in
      let (appender, other) = (try mounted.python(), try mounted.python())
      try appender.run("publish('f', b'x')")
      try appender.run("fd = os.open('f', os.O_RDWR | os.O_APPEND); os.write(fd, b'y')")
      try other.run("fd = os.open('f', os.O_RDWR | os.O_APPEND); os.unlink('f')")
      try appender.run("os.write(fd, b'z')")
      try other.run("os.write(fd, b'!')")
      #expect(try appender.run("os.pread(fd, 100, 0)") == "xyz!")
      #expect(try other.run("os.fstat(fd).st_size, os.fstat(fd).st_nlink") == "(4, 0)")
    }
  }

  @Test(
    "W3: an append keeps its place where an updating writer has staged changes of an old version")
  func updateOfOldVersion() throws {
    try Mounted.run { mounted in
      let (updater, other) = (try mounted.python(), try mounted.python())
      try updater.run(
        "publish('f', b'base.'); fd = os.open('f', os.O_RDWR); os.pwrite(fd, b'B', 0)")
      try other.run("publish('f', b'replaced.')")
      try other.run("a = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(a, b'appended.')")
      try other.run("os.fsync(a); os.close(a)")
      #expect(try other.run("content('f')[-9:]") == "appended.")
      try updater.run("os.close(fd)")
      #expect(try other.run("content('f')[-9:]") == "appended.")
    }
  }

  @Test("W3: a descriptor that is told to append after it was opened does so")
  func toldLater() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      try a.run("publish('f', b'A' * 1000); fd = os.open('f', os.O_RDWR); os.pread(fd, 10, 0)")
      try a.run("fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND); os.write(fd, b'end')")
      #expect(try b.run("content('f')[-4:]") == "Aend")
      try b.run("fd = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(fd, b'more')")
      try waitUntil("seen") { try a.run("os.pread(fd, 100, 999)") == "Aendmore" }
    }
  }

  @Test("R3, R4: a reader sees what was appended before the file lost its name")
  func appendedThenUnlinked() throws {
    try Mounted.run { mounted in
      let (reader, writer) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'A' * 100)")
      try reader.run("fd = os.open('f', os.O_RDONLY); os.pread(fd, 10, 0)")
      try writer.run("a = os.open('f', os.O_WRONLY | os.O_APPEND); os.write(a, b'B' * 50)")
      try writer.run("os.close(a); os.unlink('f')")
      try waitUntil("seen") { try reader.run("os.fstat(fd).st_size") == "150" }
      #expect(
        try reader.run("os.pread(fd, 200, 95)") == "AAAAA" + String(repeating: "B", count: 50))
    }
  }
}
