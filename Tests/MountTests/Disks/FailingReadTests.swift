import SystemPackage
import Testing

/// A disk that cannot read what it holds (F3).
@Suite struct FailingReadTests {
  @Test("F3: a read that the disk fails gives EIO, a line and a count; the rest is untouched")
  func failingRead() throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    try FailingDisk.run(over: directory.path) { disk in
      try Mounted.run(store: disk.point.appending("store")) { mounted in
        let writer = try mounted.python()
        try writer.run("publish('large', b''.join(b'block %09d' % i for i in range(200000)))")
        try writer.run(
          "publish('small', b'small'); publish('other', b'other'); publish('third', b'third')")
        try mounted.remount()
        let reader = try mounted.python()
        try reader.run("fd = os.open('large', os.O_RDONLY); os.posix_fadvise(fd, 0, 0, 1)")
        #expect(try reader.run("os.pread(fd, 15, 0)") == "block 000000000")

        try disk.fail(FailingDisk.Rule(call: "read", pattern: "store/content/*"))
        #expect(try reader.failure(of: "os.pread(fd, 15, 1500000)") == .ioError)
        #expect(try reader.run("os.pread(fd, 15, 0)") == "block 000000000", "it was read before")
        #expect(try reader.run("content('small'), content('other')") == "(b'small', b'other')")
        #expect(try mounted.status().diskFailures > 0)
        #expect(mounted.log.contains("cannot be read"), "\(mounted.log)")
        try mounted.python().run("publish('small', b'goes on')")
        #expect(try reader.run("content('small')") == "goes on")

        try disk.heal()
        #expect(try reader.run("os.pread(fd, 15, 1500000)") == "block 000100000")
        try disk.fail(FailingDisk.Rule(call: "read", pattern: "store/log/*"))
        #expect(try reader.failure(of: "content('third')") == .ioError)
        #expect(try reader.run("os.pread(fd, 15, 2999985)") == "block 000199999")
        try disk.heal()
        #expect(try reader.run("content('third')") == "third")
      }
    }
  }
}
