import Testing

/// Many processes at once, under which the daemon must not stall.
@Suite(.serialized) struct LoadTests {
  @Test("many processes that publish, create, rename, list and stat in one directory never stall")
  func noStall() throws {
    let seed = UInt64.random(in: 1...100_000)
    print("noStall: seed \(seed), \(Self.stressSeconds) s")
    let limit = Duration.seconds(Self.stressSeconds + 48)
    try Mounted.run(limit: limit + .seconds(30)) { mounted in
      let workers = try (0..<10).map { _ in try mounted.python(limit: limit) }
      for (number, worker) in workers.enumerated() {
        try worker.run(SealedContentProgram.text + "\n" + Self.restlessness)
        try worker.send("restless(\(number), \(seed) + \(number), \(Self.stressSeconds))")
      }
      for worker in workers { _ = try worker.receive() }
      let longest = try workers.map { try $0.run("'%.1f' % longest") }
      let steps = try workers.map { Int(try $0.run("steps"))! }.reduce(0, +)
      print("noStall: \(steps) steps, the longest of each process took \(longest) s")
      #expect(longest.allSatisfy { Double($0)! < 5 })
      let reader = try mounted.python()
      try reader.run(SealedContentProgram.text)
      try reader.run(
        """
        for name in os.listdir('.'):
            if os.path.isfile(name): opened(content(name))
        """)
    }
  }

  /// How long `noStall` goes on: `INTACT_STRESS_SECONDS`, for a run of minutes.
  private static let stressSeconds = Setting.number("INTACT_STRESS_SECONDS") ?? 12

  /// Everything that may meet in one directory, and the time that the slowest of it took.
  private static let restlessness = """
    import random
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
