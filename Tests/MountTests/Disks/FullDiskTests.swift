import SystemPackage
import Testing

/// A store on a small disk that is full (C7, and what F4 says of it).
@Suite struct FullDiskTests {
  /// Publishes ever less until no byte can be published any more; returns the last error.
  private static let publishUntilFull = """
    def until_full():
        for size in (200000, 3000, 1):
            for i in range(8000):
                try:
                    publish('fill%d.%d' % (size, i), b'x' * size)
                except OSError as e:
                    error = e
                    break
        return error
    """

  @Test("C7: a close that fails returns ENOSPC, and the old version stays published")
  func closeFails() throws {
    try withFullDisk { mounted, image in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old')")
      try image.fill()
      try writer.run(Self.publishUntilFull)
      #expect(try writer.run("error = until_full()") == "")
      #expect(try writer.run("error.errno == errno.ENOSPC") == "True")
      try writer.run("fd = begin('f', b'new' * 60000)")
      #expect(try writer.failure(of: "os.close(fd)") == .noSpace)
      #expect(try reader.run("content('f')") == "old")
      #expect(try mounted.shell("/bin/echo more > f").ending == .exited(1), "programs report it")
      #expect(try reader.run("content('f')") == "old")
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == "old")
      try image.makeRoom()
    }
  }

  @Test("C7: a handle whose commit failed is spent: no later success hides it")
  func handleIsSpent() throws {
    try withFullDisk { mounted, image in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old')")
      try image.fill()
      try writer.run(Self.publishUntilFull)
      try writer.run("until_full(); fd = begin('f', b'new')")
      #expect(try writer.failure(of: "os.fsync(fd)") == .noSpace)
      try image.makeRoom()
      #expect(try writer.failure(of: "os.write(fd, b'more')") == .noSpace)
      #expect(try writer.failure(of: "os.fsync(fd)") == .noSpace)
      // What close itself returns is left open; that it publishes nothing is not.
      try writer.run("try: os.close(fd)\nexcept OSError as e: assert e.errno == errno.ENOSPC, e")
      #expect(try reader.run("content('f')") == "old")
      try waitUntil("there is room again") {
        (try? writer.run("publish('f', b'there is room again')")) != nil
      }
      #expect(try reader.run("content('f')") == "there is room again")
    }
  }

  @Test("C7, N3: a new name whose commit failed was never there")
  func newName() throws {
    try withFullDisk { mounted, image in
      let writer = try mounted.python()
      try image.fill()
      try writer.run(Self.publishUntilFull)
      try writer.run("until_full(); fd = begin('new', b'content')")
      #expect(try writer.failure(of: "os.close(fd)") == .noSpace)
      #expect(try writer.failure(of: "os.stat('new')") == .noSuchFileOrDirectory)
      #expect(try writer.run("'new' in os.listdir('.')") == "False")
      try image.makeRoom()
      try waitUntil("there is room again") {
        (try? writer.run("publish('new', b'content')")) != nil
      }
    }
  }

  @Test("C7: a copy larger than the disk fails with ENOSPC in time, and leaves the old file")
  func largeCopy() throws {
    try withFullDisk { mounted, _ in
      try mounted.shell("echo old > f").require()
      let copy = try mounted.shell("head -c 600M /dev/zero > f")
      #expect(copy.errors.contains("No space left on device"), "\(copy)")
      #expect(try mounted.shell("cp /dev/zero new 2>&1").text.contains("No space left on device"))
      #expect(try mounted.shell("cat f; ls -A").text == "old\nf")
      // What was written in vain does not take the room of others.
      try waitUntil("there is room again") {
        try mounted.shell("head -c 20M /dev/zero > g && [ $(stat -c %s g) = 20971520 ]").succeeded
      }
    }
  }

  @Test("C7, N3: a new name whose write failed is free, also while its writer has it open")
  func failedWrite() throws {
    try withFullDisk { mounted, image in
      let writer = try mounted.python()
      try writer.run("fd = os.open('new', os.O_WRONLY | os.O_CREAT)")
      #expect(try writer.failure(of: "while True: os.write(fd, bytes(1 << 20))") == .noSpace)
      #expect(try writer.failure(of: "os.stat('new')") == .noSuchFileOrDirectory)
      try waitUntil("there is room again") { (try? writer.run("publish('new', b'small')")) != nil }
      try writer.run("try: os.close(fd)\nexcept OSError as e: assert e.errno == errno.ENOSPC, e")
      #expect(try writer.run("content('new')") == "small")
    }
  }

  @Test("F4: on a full disk deleting works, and gives room again")
  func deleting() throws {
    try withFullDisk { mounted, image in
      let writer = try mounted.python()
      try writer.run("for i in range(100): publish('f%d' % i, b'y' * 1000000)")
      try image.fill()
      try writer.run(Self.publishUntilFull)
      try writer.run("until_full()")
      try writer.run("for i in range(100): os.unlink('f%d' % i)")
      try waitUntil("there is room", limit: .seconds(20)) {
        (try? writer.run("publish('after', b'z' * 300000)")) != nil
      }
      #expect(try writer.run("len(content('after'))") == "300000")
      try image.makeRoom()
    }
  }

  private func withFullDisk(_ body: (Mounted, LoopImage) throws -> Void) throws {
    try LoopImage.run(mebibytes: 300) { image in
      try Mounted.run(store: image.point.appending("store")) { try body($0, image) }
    }
  }
}
