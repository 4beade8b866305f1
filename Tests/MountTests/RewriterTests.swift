import Testing

/// Who replaces a file again and again is led to a place for the next replacement before it says
/// so: whatever it does instead is done to the file.
@Suite struct RewriterTests {
  /// What a process does after many replacements of `f`, as Python with a value.
  private static let deeds = [
    "content('f')",
    "os.stat('f').st_size, os.stat('f').st_ino == inode, os.stat('f').st_mtime_ns > 0",
    "os.access('f', os.W_OK), os.path.isfile('f')",
    "outcome(lambda: os.truncate('f', 3)), content('f')",
    "outcome(lambda: os.truncate('f', 5000)), content('f')",
    "outcome(lambda: os.chmod('f', 0o600)), oct(os.stat('f').st_mode)",
    "outcome(lambda: os.utime('f', (1, 2))), os.stat('f').st_mtime",
    "outcome(lambda: os.chown('f', 12, 34)), os.stat('f').st_uid, os.stat('f').st_gid",
    "written('f', os.O_APPEND, b'appended'), content('f')",
    "written('f', 0, b'updated'), content('f')",
    "both('f')",
    "by_path('f')",
    "outcome(lambda: os.rename('f', 'g')), os.listdir('.'), content('g')",
    "outcome(lambda: os.link('f', 'h')), os.stat('f').st_nlink, content('h')",
    "outcome(lambda: os.unlink('f')), os.listdir('.')",
    "outcome(lambda: os.symlink('f', 's')), content('s'), os.stat('s').st_ino == inode",
    "outcome(lambda: os.setxattr('f', 'user.a', b'1')), os.listxattr('f')",
    "outcome(lambda: os.mkdir('f')), outcome(lambda: os.listdir('f'))",
    "publish('other', b'other'), outcome(lambda: os.rename('other', 'f')), content('f')",
    "outcome(lambda: os.open('f', os.O_CREAT | os.O_EXCL | os.O_WRONLY))",
    "outcome(lambda: os.open('f', os.O_DIRECTORY)), outcome(lambda: content('f/x'))",
    "mapped('f')",
    "outcome(lambda: os.rename('f', 'g')), os.stat('g').st_ino == inode",
    "forgotten('f')",
  ]

  private static let program = """
    inode = os.stat('f').st_ino
    def written(path, flags, data):
        fd = os.open(path, os.O_WRONLY | flags)
        put(fd, data)
        os.close(fd)
    def both(path):
        fds = [os.open(path, os.O_WRONLY | os.O_TRUNC) for _ in range(2)]
        for fd in fds: put(fd, b'the same')
        for fd in fds: os.close(fd)
        return content(path)
    def by_path(path):
        fd = os.open(path, os.O_PATH)
        again = os.open('/proc/self/fd/%d' % fd, os.O_RDONLY)
        try: return os.fstat(fd).st_size, whole(again), os.fstat(again).st_size
        finally: os.close(fd); os.close(again)
    def forgotten(path):
        with open('/proc/sys/vm/drop_caches', 'w') as caches: caches.write('2')
        return os.stat(path).st_ino == inode, os.stat(path).st_size, content(path)
    def mapped(path):
        import mmap
        fd = os.open(path, os.O_RDONLY)
        with mmap.mmap(fd, 0, prot=mmap.PROT_READ) as map: data = bytes(map)
        os.close(fd)
        return data
    """

  @Test(arguments: deeds)
  func `W1: after many replacements in a row, anything else is done to the file`(deed: String)
    throws
  {
    try Mounted.run { mounted in
      let sides = try SideBySide(mounted)
      let replace = "for i in range(6): publish('f', b'%d' % i * 1000)"
      try sides.run(replace)
      try sides.run(Self.program)
      try sides.expectSame(deed)
      let state = "[(n, n == 'f' and content(n)) for n in sorted(os.listdir('.')) if n != 'g']"
      try sides.expectSame(state)
      try sides.run(replace)
      try sides.expectSame(state)
      try mounted.crash()
      #expect(try mounted.shell("cat f").require().text == String(repeating: "5", count: 1000))
    }
  }

  @Test func `W1, R1: others see whole contents while one process replaces again and again`() throws
  {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("publish('f', b'0' * 5000)")
      let readers = try (0..<2).map { _ in try mounted.python() }
      for reader in readers {
        try reader.run(
          """
          def look(rounds):
              seen = set()
              for _ in range(rounds):
                  status = os.stat('f')
                  data = content('f')
                  assert status.st_size == 5000, status
                  assert len(data) == 5000 and len(set(data)) == 1, data[:10]
                  seen.add(data[:1])
              return len(seen)
          """)
      }
      try writer.send("for i in range(1500): publish('f', b'%d' % (i % 10) * 5000)")
      for reader in readers { try reader.send("look(1500)") }
      for reader in readers { #expect(try #require(Int(reader.receive())) > 1) }
      _ = try writer.receive()
    }
  }

  @Test func `W1: who replaces a file again and again is asked for nothing twice`() throws {
    try Mounted.run { mounted in
      let python = try mounted.python()
      let rounds = 20
      try python.run("for i in range(3): publish('f', b'before')")
      let before = try mounted.status().requests
      try python.run("for i in range(\(rounds)): publish('f', b'%d' % i)")
      let after = try mounted.status().requests
      func made(_ kind: String) -> Int { after[kind, default: 0] - before[kind, default: 0] }
      #expect(made("WRITE") == rounds)
      // The status is asked for by an open and an attribute of its own.
      #expect((rounds...rounds + 6).contains(made("OPEN")), "\(made("OPEN"))")
      #expect((rounds...rounds + 12).contains(made("LOOKUP")), "\(made("LOOKUP"))")
      // The kernel asks for a capability when it truncates, and when it writes.
      #expect((2 * rounds...2 * rounds + 6).contains(made("GETXATTR")), "\(made("GETXATTR"))")
    }
  }
}
