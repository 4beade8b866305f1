import Glibc
import SystemPackage
import Testing

/// Many processes at once: a daemon killed under them, and one that must not stall.
@Suite(.serialized) struct LoadTests {
  /// A content that proves itself, and a writer that notes outside the mount what was acknowledged.
  private static let tools = """
    import random
    def sealed(writer, number, size):
        body = b'%d %d ' % (writer, number)
        body += hashlib.sha256(body).digest() * (size // 32)
        return hashlib.sha256(body).digest() + body
    def opened(data):
        assert hashlib.sha256(data[32:]).digest() == data[:32], 'content that nobody published'
        return tuple(int(word) for word in data[32:80].split(b' ')[:2])
    def work(writer, seed, notes):
        chance = random.Random(seed)
        note = os.open(notes + '/%d.%d' % (writer, seed), os.O_WRONLY | os.O_CREAT)
        number = seed
        try:
            while True:
                number += 1
                name = 'w%d.%d' % (writer, chance.randrange(5))
                data = sealed(writer, number, chance.choice([0, 100, 5000, 70000, 400000]))
                way = chance.randrange(4)
                if way == 0: publish(name, data)
                elif way == 1: publish(name + '.tmp', data); os.rename(name + '.tmp', name)
                elif way == 2:
                    fd = begin(name + '.tmp', data); os.rename(name + '.tmp', name); os.close(fd)
                else: fd = begin(name, data); os.fsync(fd); os.close(fd)
                os.write(note, b'%s %d\\n' % (name.encode(), number))
        except OSError:
            pass
    """

  @Test(
    "C1, C2, D1: daemon killed under load: all that was acknowledged is there, nothing half-written"
  )
  func killedUnderLoad() throws {
    var seed = UInt64.random(in: 1...100_000)
    print("killedUnderLoad: seed \(seed)")
    try Mounted.run(limit: .seconds(180)) { mounted in
      let notes = mounted.scratch.appending("notes")
      try mounted.shell("mkdir \(notes)").require()
      for round in 0..<5 {
        let writers = try (0..<5).map { _ in try mounted.python() }
        for (number, writer) in writers.enumerated() {
          try writer.run(Self.tools)
          try writer.send("work(\(number), \(round) * 10000000 + \(number), '\(notes)')")
        }
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        usleep(UInt32(300_000 + (seed >> 33) % 1_200_000))
        try mounted.killDaemon()
        for writer in writers {
          _ = try writer.receive()
          writer.close()
        }
        try mounted.mount()
        try check(mounted, notes, round)
      }
    }
  }

  private func check(_ mounted: Mounted, _ notes: FilePath, _ round: Int) throws {
    let reader = try mounted.python()
    try reader.run(Self.tools)
    try reader.run(
      """
      noted = {}
      for file in os.listdir('\(notes)'):
          for line in content('\(notes)/' + file).splitlines():
              name, number = line.split()
              noted[name.decode()] = max(noted.get(name.decode(), 0), int(number))
      """)
    #expect(try reader.run("len(noted) > 5") == "True")
    try reader.run(
      """
      for name in os.listdir('.'):
          writer, number = opened(content(name))
          assert name.startswith('w%d.' % writer), name
          if not name.endswith('.tmp'):
              assert number >= noted.get(name, 0), (name, number, noted.get(name))
      missing = set(noted) - set(os.listdir('.'))
      """)
    #expect(try reader.run("missing") == "set()", "round \(round)")
  }

  @Test("many processes that publish, create, rename, list and stat in one directory never stall")
  func noStall() throws {
    let seed = UInt64.random(in: 1...100_000)
    print("noStall: seed \(seed)")
    try Mounted.run(limit: .seconds(90)) { mounted in
      let workers = try (0..<10).map { _ in try mounted.python(limit: .seconds(60)) }
      for (number, worker) in workers.enumerated() {
        try worker.run(Self.tools + "\n" + Self.restlessness)
        try worker.send("restless(\(number), \(seed) + \(number), 12)")
      }
      for worker in workers { _ = try worker.receive() }
      let longest = try workers.map { try $0.run("'%.1f' % longest") }
      let steps = try workers.map { Int(try $0.run("steps"))! }.reduce(0, +)
      print("noStall: \(steps) steps, the longest of each process took \(longest) s")
      #expect(longest.allSatisfy { Double($0)! < 5 })
      let reader = try mounted.python()
      try reader.run(Self.tools)
      try reader.run(
        """
        for name in os.listdir('.'):
            if os.path.isfile(name): opened(content(name))
        """)
    }
  }

  /// Everything that may meet in one directory, and the time that the slowest of it took.
  private static let restlessness = """
    longest, steps = 0.0, 0
    def restless(worker, seed, seconds):
        global longest, steps
        chance = random.Random(seed)
        name = lambda: 'n%d' % chance.randrange(8)
        pinned = []
        def pin():
            pinned.append(os.open(name(), os.O_RDONLY))
            if len(pinned) > 5: opened(whole(pinned[0])); os.close(pinned.pop(0))
        def sync_directory():
            fd = os.open('.', os.O_RDONLY); os.fsync(fd); os.close(fd)
        def claim():
            fd = os.open(name(), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            put(fd, sealed(worker, steps, 50)); os.close(fd)
        def make(): os.mkdir('d%d' % chance.randrange(3))
        ways = [
            lambda: publish(name(), sealed(worker, steps, chance.choice([10, 9000, 300000]))),
            lambda: publish(name(), sealed(worker, steps, 100)),
            lambda: opened(content(name())), lambda: opened(content(name())),
            lambda: os.stat(name()), lambda: os.listdir('.'), pin, make,
            lambda: [entry.stat() for entry in os.scandir('.')],
            lambda: os.rename(name(), name()), lambda: renameat2(name(), name(), EXCHANGE),
            lambda: os.unlink(name()), lambda: os.link(name(), name()),
            lambda: os.rmdir('d%d' % chance.randrange(3)), lambda: os.chmod(name(), 0o640),
            lambda: os.utime(name()), sync_directory,
            claim,
        ]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                chance.choice(ways)()
            except OSError as e:
                if e.errno not in (errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY): raise
            longest, steps = max(longest, time.monotonic() - start), steps + 1
    """
}
