import SystemPackage
import Testing

/// The disk is full at whatever a store is doing (C7, F4), below an ext4 and an xfs: the writer is
/// told in time, what was published stays, nothing is there in part, and deleting and replacing by
/// something smaller work, after which it goes on.
@Suite(.serialized) struct FullDiskStageTests {
  /// What fills the disk.
  enum Stage: String, CaseIterable, Sendable {
    case smallFiles, largeFiles, appends, updates, names

    /// Python that makes one step more, numbered from 0.
    fileprivate var step: String {
      switch self {
      case .smallFiles: "publish('f%d' % number, record(number, 200000))"
      case .largeFiles: "publish('f%d' % number, record(number, 4000000))"
      case .appends: "add(os.O_APPEND, 0, record(number, 200000))"
      case .updates: "add(0, number % 20 * 200000, record(number, 200000))"
      case .names: "os.symlink('%06d' % number * 600, 'f%d' % number)"
      }
    }
  }

  /// What is there by the steps that succeeded, as `seen` tells it.
  private static let program = """
    def record(number, size): return (b'%08d' % number) * (size // 8)
    def add(flags, at, data):
        fd = os.open('file', os.O_WRONLY | os.O_CREAT | flags)
        try:
            if not flags: os.lseek(fd, at, os.SEEK_SET)
            put(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
    def seen():
        look = lambda name: os.readlink(name) if os.path.islink(name) else digest(name)
        return {name: look(name) for name in os.listdir('.')}
    def fingerprint(): return hashlib.sha256(repr(sorted(seen().items())).encode()).hexdigest()
    def until_full(step):
        number = 0
        while True:
            try: step(number)
            except OSError as e: return number, e.errno
            number += 1
    """

  @Test(
    "C7, F4: whatever fills the disk is refused in time and whole; deleting goes on, then writing",
    arguments: LoopImage.FileSystem.allCases, Stage.allCases)
  func fills(type: LoopImage.FileSystem, stage: Stage) throws {
    try LoopImage.run(type, mebibytes: 300) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        let writer = try mounted.python(limit: .seconds(90))
        try writer.run(Self.program)
        try writer.run("publish('kept', b'kept' * 100000); publish('shrunk', b'large' * 100000)")
        try image.fill(leaving: 24 << 20)
        try writer.run("number, error = until_full(lambda number: \(stage.step))")
        #expect(try writer.run("error == errno.ENOSPC, number > 3") == "(True, True)")
        try writer.run("full = seen()")
        try expectWhole(writer, stage)
        try writer.run("sync_all()")
        let print = try writer.run("fingerprint()")
        try mounted.crash()
        let after = try mounted.python(limit: .seconds(90))
        try after.run(Self.program)
        #expect(try after.run("fingerprint()") == print)
        try after.run("publish('shrunk', b'small')")
        try after.run("for name in os.listdir('.'): name in ('kept', 'shrunk') or os.unlink(name)")
        try waitUntil("there is room", limit: .seconds(60)) {
          (try? after.run("publish('new', b'new' * 500000)")) != nil
        }
        try mounted.remount()
        let last = try mounted.python()
        #expect(try last.run("sorted(os.listdir('.'))") == "['kept', 'new', 'shrunk']")
        #expect(try last.run("content('kept') == b'kept' * 100000") == "True")
        #expect(try last.run("content('shrunk'), len(content('new'))") == "(b'small', 1500000)")
      }
    }
  }

  private func expectWhole(_ python: Python, _ stage: Stage) throws {
    let whole =
      switch stage {
      case .smallFiles:
        "all(content('f%d' % i) == record(i, 200000) for i in range(number))"
      case .largeFiles:
        "all(content('f%d' % i) == record(i, 4000000) for i in range(number))"
      case .names: "all(os.readlink('f%d' % i) == '%06d' % i * 600 for i in range(number))"
      case .appends: "content('file') == b''.join(record(i, 200000) for i in range(number))"
      case .updates:
        """
        content('file') == b''.join(
            record((number - 1 - i) // 20 * 20 + i, 200000) for i in range(min(20, number)))
        """
      }
    #expect(try python.run(whole) == "True", "\(stage)")
    let names =
      "{'kept', 'shrunk'} | ({'file'} if 'file' in full else {'f%d' % i for i in range(number)})"
    #expect(try python.run("set(full) == \(names)") == "True", "\(stage)")
  }

  @Test(
    "F4: a store that finds no room for itself is not made, and nothing of it stays",
    arguments: LoopImage.FileSystem.allCases)
  func making(type: LoopImage.FileSystem) throws {
    try LoopImage.run(type, mebibytes: 300) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        var refusals = 0
        for room in [0, 4096, 8192, 64 << 10, 1 << 20, 17 << 20, 33 << 20, 60 << 20] {
          try mounted.unmount()
          let shell = Shell(directory: image.point, scratch: mounted.scratch)
          try shell.run("rm -r store").require()
          try image.fill(leaving: room)
          let ending = try mounted.tryToMount()
          if ending != nil {
            refusals += 1
            #expect(ending == .exited(74), "with \(room) bytes of room")
            #expect(try !shell.run("[ -e store ]").succeeded, "with \(room) bytes of room")
          } else {
            try mounted.shell("echo text > f && cat f").require()
            try mounted.unmount()
          }
          try image.makeRoom()
          try mounted.mount()
          try mounted.shell("echo works > f && cat f").require()
        }
        #expect(refusals > 3)
      }
    }
  }

  @Test(
    "F4: a load on a disk that is full again and again: what was refused is not there",
    arguments: LoopImage.FileSystem.allCases)
  func underLoad(type: LoopImage.FileSystem) throws {
    let seed = Load.count("INTACT_SEED", default: Load.randomSeed())
    print("FullDiskStageTests: seed \(seed), \(type)")
    try LoopImage.run(type, mebibytes: 300) { image in
      try Mounted.run(store: image.point.appending("store"), limit: .seconds(240)) { mounted in
        try Load.run(
          on: mounted, writers: 3, seed: seed, profile: .growing, goingOnAfter: [.noSpace]
        ) { load in
          try image.fill(leaving: 40 << 20)
          for round in 0..<3 {
            try load.start(changes: 150, mayFail: true)
            try load.wait()
            if round == 1 { try mounted.crash() } else if round == 2 { try mounted.remount() }
            try load.check(everything: round != 1)
          }
          print(
            """
            FullDiskStageTests: seed \(seed), \(type), \(try load.acknowledged.inGroups) \
            acknowledged changes, \(try load.refused.inGroups) refused, no violation
            """)
          #expect(try load.refused > 10)
        }
      }
    }
  }

  @Test(
    "F4: what little is alive in many segments is moved, also on a full disk",
    arguments: LoopImage.FileSystem.allCases)
  func compaction(type: LoopImage.FileSystem) throws {
    try LoopImage.run(type, mebibytes: 400) { image in
      try Mounted.run(store: image.point.appending("store"), limit: .seconds(240)) { mounted in
        let writer = try mounted.python(limit: .seconds(90))
        try writer.run("for i in range(800): publish('f%d' % i, b'%08d' % i * 25000)")
        try image.fill()
        try writer.run("for i in range(800): i % 10 and os.unlink('f%d' % i)")
        try waitUntil("there is room", limit: .seconds(90)) {
          (try? writer.run("publish('new', b'new!' * 15000000)")) != nil
        }
        try writer.run(
          "for i in range(0, 800, 10): assert content('f%d' % i) == b'%08d' % i * 25000")
        try mounted.crash()
        let after = try mounted.python(limit: .seconds(90))
        try after.run(
          "for i in range(0, 800, 10): assert content('f%d' % i) == b'%08d' % i * 25000")
        #expect(try after.run("len(os.listdir('.')), len(content('new'))") == "(81, 60000000)")
      }
    }
  }
}
