import SystemPackage
import Testing

/// What a program sees that reads (R1, R2, R4).
@Suite struct ReaderTests {
  @Test("R1: a path leads to the last published version while a new one is being written")
  func pathShowsPublished() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'something new')")
      #expect(try reader.run("content('f')") == "old")
      #expect(try reader.run("os.stat('f').st_size") == "3")
      #expect(try reader.run("os.listdir('.')") == "['f']")
      #expect(
        try writer.run("content('f')") == "old", "the writer's own open is one like any other")
      try writer.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "something new")
      #expect(try reader.run("os.stat('f').st_size") == "13")
    }
  }

  @Test("R1: no reader meets a mixture while a file is replaced all the time")
  func noMixture() throws {
    try Mounted.run { mounted in
      let readers = try (0..<2).map { _ in try mounted.python() }
      let writer = try mounted.python()
      try writer.run("publish('f', b'a' * 300000)")
      for reader in readers {
        try reader.send(
          """
          seen, reads = set(), 0
          while not os.path.exists('end'):
              data = content('f')
              assert len(data) == 300000 + data[0] - 97, len(data)
              assert data == data[:1] * len(data)
              seen.add(data[0])
              reads += 1
          """)
      }
      try writer.run(
        "for i in range(300): publish('f', bytes([97 + i % 26]) * (300000 + i % 26))")
      try writer.run("publish('end', b'')")
      for reader in readers {
        _ = try reader.receive()
        #expect(try reader.run("len(seen) > 1") == "True", "it read while the file was replaced")
      }
    }
  }

  @Test("R2: a descriptor stays with the version that it was opened on")
  func descriptorIsPinned() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old ' * 50000)")
      try reader.run("fd = os.open('f', os.O_RDONLY); first = os.read(fd, 1000)")
      try writer.run("publish('f', b'new')")
      #expect(try reader.run("first + whole(fd) == b'old ' * 50000") == "True")
      #expect(try reader.run("os.fstat(fd).st_size") == "200000")
      #expect(try reader.run("os.lseek(fd, 0, os.SEEK_END)") == "200000")
      #expect(try reader.run("os.pread(fd, 4, 199996)") == "old ")
      #expect(try reader.run("content('f')") == "new")
      try writer.run("publish('f', b'newer than new')")
      #expect(try reader.run("os.pread(fd, 4, 100000)") == "old ")
      try reader.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "newer than new")
    }
  }

  @Test("R2: a mapping stays with its version, also when its pages have to be read again")
  func mappingIsPinned() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old.' * 100000)")
      try reader.run(
        """
        fd = os.open('f', os.O_RDONLY)
        memory = mmap.mmap(fd, 0, mmap.MAP_SHARED, mmap.PROT_READ)
        """)
      #expect(try reader.run("memory[:4]") == "old.")
      try writer.run("publish('f', b'new!' * 10)")
      try reader.run("os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED); os.close(fd)")
      #expect(try reader.run("memory[:] == b'old.' * 100000") == "True")
      #expect(try reader.run("content('f') == b'new!' * 10") == "True")
    }
  }

  @Test("R2: cat of a file that is replaced half-way prints the old file")
  func catIsPinned() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("publish('f', bytes(range(256)) * 40000); before = digest('f')")
      let pipes = mounted.scratch
      let sum = mounted.scratch.appending("sum")
      try mounted.shell("cd \(pipes) && mkfifo data ready go").require()
      let reader = try mounted.start("cat f > \(pipes)/data")
      let drain = try mounted.start(
        "cd \(pipes); { head -c 1000000; echo >ready; read -r <go; cat; } <data | sha256sum >\(sum)"
      )
      try mounted.shell("read -r < \(pipes)/ready").require()
      try mounted.shell("for i in 1 2 3; do echo $i > f; done; echo > \(pipes)/go").require()
      #expect(try reader.wait(limit: .seconds(20)) == .exited(0))
      #expect(try drain.wait(limit: .seconds(20)) == .exited(0))
      let before = try writer.run("before")
      #expect(try mounted.shell("cut -d' ' -f1 \(sum)").text == before)
    }
  }

  @Test(
    "R4: a replaced version keeps its storage until its last descriptor closes, then gives it back")
  func tenReplacements() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(limit: .seconds(60)), try mounted.python())
      try writer.run(
        """
        def block(i): return hashlib.sha256(b'%d' % i).digest() * 32768
        def replace(version):
            fd = begin('f', b'')
            for i in range(64): put(fd, block(version * 100 + i))
            os.close(fd)
        replace(0)
        """)
      let first = try writer.run("digest('f')")
      try reader.run("fd = os.open('f', os.O_RDONLY)")
      try writer.run("for version in range(1, 11): replace(version)")
      #expect(try reader.run("hashlib.sha256(whole(fd)).hexdigest()") == first)
      #expect(try reader.run("digest('f')") == (try writer.run("digest('f')")))
      #expect(try reader.run("digest('f')") != first)
      try reader.run("os.close(fd)")
      // Ten versions of 64 MiB have been replaced; what stays is one, and the log's own segments.
      try waitUntil("the space of ten versions comes back", limit: .seconds(30)) {
        let mebibytes = Int(try mounted.shell("du -sm \(mounted.store)").text.prefix { $0 != "\t" })
        return mebibytes! < 3 * 64
      }
    }
  }

  @Test("R4: what was unlinked or renamed over is still read by those who have it open")
  func unlinkedIsPinned() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('a', b'A' * 500000); publish('b', b'B' * 500000)")
      try writer.run("publish('c', b'C' * 10)")
      try reader.run("a, b = os.open('a', os.O_RDONLY), os.open('b', os.O_RDONLY)")
      try writer.run("os.unlink('a'); os.rename('c', 'b')")
      #expect(try reader.run("os.listdir('.')") == "['b']")
      #expect(try reader.run("whole(a) == b'A' * 500000") == "True")
      #expect(try reader.run("whole(b) == b'B' * 500000") == "True")
      #expect(try reader.run("os.fstat(a).st_nlink, os.fstat(b).st_nlink") == "(0, 0)")
      #expect(try reader.run("content('b')") == "CCCCCCCCCC")
      #expect(try reader.failure(of: "os.stat('a')") == .noSuchFileOrDirectory)
    }
  }
}
