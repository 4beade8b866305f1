import SystemPackage
import Testing

/// Names that are being created (N1, N2, N3).
@Suite struct PendingNameTests {
  @Test("N1: a name being created is not listed, and nobody else can open it")
  func hidden() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'staged')")
      #expect(try reader.run("os.listdir('.')") == "[]")
      #expect(try writer.run("os.listdir('.')") == "[]")
      #expect(try reader.failure(of: "content('f')") == .noSuchFileOrDirectory)
      #expect(try reader.failure(of: "os.open('f', os.O_RDWR)") == .noSuchFileOrDirectory)
      try writer.run("os.close(fd)")
      #expect(try reader.run("os.listdir('.')") == "['f']")
      #expect(try reader.run("content('f')") == "staged")
    }
  }

  @Test(
    "N1: a name being created is reserved",
    arguments: [
      "os.open('f', os.O_WRONLY | os.O_CREAT | os.O_EXCL)", "os.mkdir('f')",
      "os.link('other', 'f')",
      "os.mknod('f')", "os.mkfifo('f')", "os.symlink('other', 'f')",
      "renameat2('other', 'f', NOREPLACE)",
    ])
  func reserved(call: String) throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("publish('other', b''); fd = begin('f', b'staged')")
      #expect(try other.failure(of: call) == .fileExists)
      #expect(try writer.failure(of: call) == .fileExists)
      try writer.run("os.close(fd)")
      #expect(try other.run("content('f')") == "staged")
    }
  }

  @Test(
    "N1: nobody else can rename or link it: what is half-written is not published",
    arguments: ["os.O_EXCL", "0", "os.O_TRUNC"],
    ["os.rename('f', 'g')", "os.link('f', 'g')", "renameat2('f', 'other', EXCHANGE)"])
  func othersRename(flags: String, call: String) throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'half', os.O_WRONLY | os.O_CREAT | \(flags))")
      try other.run("publish('other', b'')")
      #expect(try other.failure(of: call) == .noSuchFileOrDirectory)
      #expect(try other.run("os.listdir('.')") == "['other']")
      try writer.run("put(fd, b' and half'); os.close(fd)")
      #expect(
        try other.run("content('f'), sorted(os.listdir('.'))")
          == "(b'half and half', ['f', 'other'])")
    }
  }

  @Test("R2: who found the name while it was being created reads what is published")
  func foundWhilePending() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'first', os.O_RDWR | os.O_CREAT | os.O_EXCL)")
      try reader.run("path = os.open('f', os.O_PATH)")
      try writer.run("os.fsync(fd); put(fd, b' and staged')")
      try reader.run("fd = os.open('/proc/self/fd/%d' % path, os.O_RDONLY)")
      #expect(try reader.run("whole(fd)") == "first")
      try writer.run("os.close(fd)")
      #expect(
        try reader.run("os.pread(fd, 99, 0), content('f')") == "(b'first', b'first and staged')")
    }
  }

  @Test("N1: its creator's calls by path work: stat, chmod, utime, open")
  func creatorByPath() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'staged')")
      #expect(try writer.run("os.stat('f').st_size") == "6")
      #expect(try writer.run("os.stat('f').st_ino == os.fstat(fd).st_ino") == "True")
      #expect(try writer.run("content('f')") == "staged")
      try writer.run("os.chmod('f', 0o604); os.utime('f', ns=(30, 40)); os.chown('f', 5, 6)")
      #expect(try writer.run("oct(os.stat('f').st_mode)") == "0o100604")
      try writer.run("os.close(fd)")
      #expect(try reader.run("oct(os.stat('f').st_mode), os.stat('f').st_uid") == "('0o100604', 5)")
      #expect(try reader.run("os.stat('f').st_mtime_ns") == "40")
    }
  }

  @Test("N1: its creator can unlink it: nothing is left of it")
  func creatorUnlinks() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'staged', os.O_RDWR | os.O_CREAT | os.O_TRUNC)")
      try writer.run("os.unlink('f')")
      #expect(try reader.run("os.listdir('.')") == "[]")
      try writer.run("put(fd, b' more')")
      #expect(try writer.run("os.pread(fd, 100, 0)") == "staged more")
      try reader.run("publish('f', b'another')")
      try writer.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "another")
    }
  }

  @Test("N1: its creator can link it: content and name are published as one")
  func creatorLinks() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'staged'); os.link('f', 'g')")
      #expect(try reader.run("content('g')") == "staged")
      try writer.run("put(fd, b' more'); os.close(fd)")
      #expect(try reader.run("content('g'), content('f')") == "(b'staged more', b'staged more')")
      #expect(try reader.run("os.stat('f').st_nlink, os.stat('g').st_nlink") == "(2, 2)")
    }
  }

  @Test("N1: creating exclusively works as a lock between processes")
  func exclusive() throws {
    try Mounted.run { mounted in
      let writers = try (0..<4).map { _ in try mounted.python() }
      for writer in writers {
        try writer.send(
          """
          won = 0
          for i in range(100):
              try:
                  fd = begin('lock%d' % i, b'mine', os.O_WRONLY | os.O_CREAT | os.O_EXCL)
              except FileExistsError:
                  continue
              won += 1
              os.close(fd)
          """)
      }
      for writer in writers { _ = try writer.receive() }
      let wins = try writers.map { Int(try $0.run("won"))! }
      #expect(wins.reduce(0, +) == 100)
    }
  }

  @Test("N2: a create that cannot write is published at once, as flock makes its file")
  func readOnlyCreate() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = os.open('f', os.O_RDONLY | os.O_CREAT, 0o640)")
      #expect(try reader.run("os.listdir('.')") == "['f']")
      #expect(try reader.run("content('f')") == "")
      #expect(try reader.run("oct(os.stat('f').st_mode)") == "0o100640")
      #expect(try mounted.shell("flock lock -c 'ls -A'").text == "f\nlock")
    }
  }

  @Test("N2: mknod, mkfifo, mkdir, symlink and link are published at once")
  func atOnce() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("os.umask(0); os.mknod('a', 0o600 | stat.S_IFREG); os.mkfifo('b', 0o620)")
      try writer.run("os.mkdir('c', 0o710); os.symlink('a', 'd'); os.link('a', 'e')")
      try writer.run("os.mknod('f', 0o600 | stat.S_IFCHR, os.makedev(1, 3))")
      try reader.run("def mode(name): return stat.filemode(os.lstat(name).st_mode)")
      #expect(try reader.run("sorted(os.listdir('.'))") == "['a', 'b', 'c', 'd', 'e', 'f']")
      let modes =
        "['-rw-------', 'prw--w----', 'drwx--x---', 'lrwxrwxrwx', '-rw-------', 'crw-------']"
      #expect(try reader.run("[mode(name) for name in 'abcdef']") == modes)
      #expect(try reader.run("os.stat('a').st_nlink, os.readlink('d')") == "(2, 'a')")
      #expect(try reader.run("os.stat('f').st_rdev == os.makedev(1, 3)") == "True")
    }
  }

  @Test("N3: a pending name whose writer is killed was never there")
  func neverThere() throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try other.run("os.mkdir('d')")
      try writer.run("fd = begin('d/f', b'staged')")
      try writer.kill()
      #expect(try other.run("os.listdir('d')") == "[]")
      #expect(try other.failure(of: "os.stat('d/f')") == .noSuchFileOrDirectory)
      try other.run(
        "os.close(os.open('d/f', os.O_WRONLY | os.O_CREAT | os.O_EXCL)); os.unlink('d/f')")
      try other.run("os.rmdir('d')")
    }
  }

  @Test("C8, N3: what is staged when the daemon dies is gone, the old versions stand")
  func daemonDies() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        "publish('f', b'old'); fd = begin('f', b'staged'); new = begin('g', b'staged')")
      try mounted.crash()
      #expect(try mounted.shell("ls -A; cat f").text == "f\nold")
      #expect(throws: PythonFailure.self) { try writer.run("put(fd, b'more'); os.fsync(fd)") }
      writer.close()
      #expect(try mounted.shell("ls -A; cat f").text == "f\nold")
    }
  }

  @Test("C8: what is staged when the daemon is told to stop is gone, the old versions stand")
  func daemonStops() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        "publish('f', b'old'); fd = begin('f', b'staged'); new = begin('g', b'staged')")
      let daemon = try #require(mounted.daemon)
      daemon.signal(15)
      let ending = try daemon.wait(limit: .seconds(20))
      #expect(ending == .exited(0))
      writer.close()
      try mounted.mount()
      #expect(try mounted.shell("ls -A; cat f").text == "f\nold")
    }
  }

  @Test("N2: a create that cannot write publishes a pending name, empty; its writer replaces that")
  func publishedByOther() throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'content')")
      try other.run("other = os.open('f', os.O_RDONLY | os.O_CREAT, 0o600)")
      #expect(try other.run("os.read(other, 10), os.listdir('.')") == "(b'', ['f'])")
      #expect(
        try other.run("os.stat('f').st_ino") == writer.run("os.fstat(fd).st_ino"))
      try writer.run("os.close(fd)")
      #expect(
        try other.run("content('f'), oct(os.stat('f').st_mode)") == "(b'content', '0o100644')")
    }
  }

  @Test("W2, N1: a name that is created for updating can be opened by others for that, not read")
  func sharedCreation() throws {
    try Mounted.run { mounted in
      let (creator, other) = (try mounted.python(), try mounted.python())
      let create = "fd = os.open('f', os.O_RDWR | os.O_CREAT | os.O_EXCL)"
      try creator.run("\(create); os.write(fd, b'from one')")
      #expect(try other.failure(of: "content('f')") == .noSuchFileOrDirectory)
      #expect(try other.failure(of: create) == .fileExists)
      try other.run("fd = os.open('f', os.O_RDWR)")
      #expect(try other.run("os.pread(fd, 20, 0)") == "from one")
      try other.run("os.pwrite(fd, b' two', 4); os.fsync(fd)")
      #expect(try creator.run("content('f')") == "from two")
      try creator.run("os.close(fd)")
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == "from two")
    }
  }
}
