import SystemPackage
import Testing

/// What durability costs (D2, D4). Serial, since they count.
@Suite(.serialized) struct FlushTests {
  @Test("D4: one durable commit costs one flush, of the log and of the device")
  func oneFlush() throws {
    try LoopImage.run(mebibytes: 200) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        let writer = try mounted.python()
        try writer.run("for i in range(10): publish('f%d' % i, b'first')")
        let (before, deviceBefore) = (try mounted.status(), try image.deviceFlushes())
        try writer.run("for i in range(100): publish('f%d' % (i % 10), b'x' * 4096)")
        let after = try mounted.status()
        #expect(after.commits - before.commits == 100)
        #expect(after.flushes - before.flushes == 100)
        // ext4 below may add a commit of its journal now and then.
        let deviceFlushes = try image.deviceFlushes() - deviceBefore
        #expect((100...110).contains(deviceFlushes))
      }
    }
  }

  @Test("D4: a large content costs two flushes at most: its own, and that of its commit")
  func largeContent() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("publish('warm', b'up' * 1000000)")
      let before = try mounted.status()
      try writer.run("for i in range(10): publish('large', b'xy' * 1000000)")
      let after = try mounted.status()
      #expect(after.commits - before.commits == 10)
      #expect(after.flushes - before.flushes <= 20)
    }
  }

  @Test("D4: commits that wait at the same time share a flush")
  func sharedFlush() throws {
    try LoopImage.run(mebibytes: 200) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        let writers = try (0..<16).map { _ in try mounted.python() }
        let before = try mounted.status()
        for _ in 0..<5 {
          try image.whileFrozen {
            for (number, writer) in writers.enumerated() {
              try writer.send("publish('f\(number)', b'x' * 4096)")
            }
            try waitUntil("every writer waits in close") {
              try writers.allSatisfy { try $0.isClosing }
            }
          }
          for writer in writers { _ = try writer.receive() }
        }
        let after = try mounted.status()
        #expect(after.commits - before.commits == 80)
        // The group whose write the frozen disk held up, that of all who came meanwhile, and one
        // for those whose request was still on its way.
        let flushes = after.flushes - before.flushes
        #expect(flushes <= 5 * 3, "80 commits of 16 writers took \(flushes) flushes")
      }
    }
  }

  @Test("D2: durability=fsync: close publishes without waiting for the disk")
  func closeWithoutFlush() throws {
    try Mounted.run(options: ["durability=fsync"]) { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      let before = try mounted.status()
      try writer.run(
        "for i in range(300): publish('f', b'%d' % i); assert content('f') == b'%d' % i")
      #expect(try reader.run("content('f')") == "299")
      #expect(try mounted.status().flushes - before.flushes < 30)
      try waitUntil("durable by itself", limit: .seconds(3)) {
        try mounted.status().commits - before.commits >= 300
      }
      let synced = try mounted.status()
      try writer.run("fd = begin('f', b'synced'); os.fsync(fd)")
      #expect(try mounted.status().flushes - synced.flushes == 1)
    }
  }

  @Test("D2: fsync of a directory, and sync of the file system, make everything durable")
  func directorySync() throws {
    try Mounted.run(options: ["durability=fsync"]) { mounted in
      let writer = try mounted.python()
      for call in ["os.fsync(os.open('d', os.O_RDONLY))", "os.fsync(os.open('d/f', os.O_RDONLY))"] {
        let before = try mounted.status()
        try writer.run("os.makedirs('d', exist_ok=True); publish('d/f', b'x'); \(call)")
        #expect(try mounted.status().commits > before.commits, "\(call)")
      }
      try mounted.crash()
      #expect(try mounted.shell("cat d/f").text == "x")
    }
  }
}
