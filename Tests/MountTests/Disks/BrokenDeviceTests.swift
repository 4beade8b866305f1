import SystemPackage
import Testing

/// A block device that fails, below a real file system (C7, F1): the device has no room for what it
/// was never given before, so that writes fail with `EIO` as on a disk that breaks.
@Suite(.serialized) struct BrokenDeviceTests {
  @Test(
    "F1, C7: writes that the device fails are never seen, neither at once nor after all is mounted",
    arguments: LoopImage.FileSystem.allCases, [false, true])
  func brokenDevice(type: LoopImage.FileSystem, losesPower: Bool) throws {
    try MemoryDisk.run(mebibytes: 600) { memory in
      try LoopImage.run(type, mebibytes: 400, below: memory.point) { image in
        try Mounted.run(store: image.point.appending("store")) { mounted in
          let (writer, reader) = (try mounted.python(), try mounted.python())
          try writer.run("publish('f', b'old'); publish('g', b'old' * 300000)")
          try writer.run("fd = begin('f', b'new'); large = begin('g', b'new' * 600000)")
          // What the log was prepared with is zeros, which need no room until something else is
          // written over them.
          try image.digHoles()
          try memory.fill()
          for call in ["os.fsync(fd)", "os.fsync(large)", "os.fsync(fd)"] {
            let error = try writer.failure(of: call)
            // Whoever comes when the log has met the failure already is refused (F1).
            #expect(error == .ioError || error == .readOnlyFileSystem, "\(call)")
          }
          #expect(try writer.failure(of: "publish('new', b'new')") == .readOnlyFileSystem)
          #expect(try writer.failure(of: "os.mkdir('d')") == .readOnlyFileSystem)
          #expect(
            try reader.run("content('f'), content('g') == b'old' * 300000") == "(b'old', True)")
          #expect(mounted.log.contains("the disk failed"), "\(mounted.log)")
          if losesPower { try image.cutPower() }
          try mounted.killDaemon()
          writer.close()
          reader.close()
          try memory.makeRoom()
          try image.powerOn()
          try mounted.mount()
          let after = try mounted.python()
          #expect(try after.run("sorted(os.listdir('.'))") == "['f', 'g']")
          #expect(
            try after.run("content('f'), content('g') == b'old' * 300000") == "(b'old', True)")
          try after.run("publish('f', b'written again')")
          try mounted.crash()
          #expect(try mounted.shell("cat f").text == "written again")
        }
      }
    }
  }

  @Test(
    "F1: a file system that goes down below the store: all fails, and what was published is there")
  func shutDown() throws {
    try LoopImage.run(.xfs, mebibytes: 300) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        let (writer, reader) = (try mounted.python(), try mounted.python())
        try writer.run("publish('f', b'old'); fd = begin('f', b'new')")
        #expect(try reader.run("content('f')") == "old")
        try image.cutPower()
        #expect(try writer.failure(of: "os.close(fd)") == .ioError)
        #expect(try writer.failure(of: "publish('f', b'new')") == .readOnlyFileSystem)
        #expect(try writer.failure(of: "os.unlink('f')") == .readOnlyFileSystem)
        // Not even what is published can be read any more, but it is not taken for anything else.
        #expect(try reader.run("os.listdir('.'), os.stat('f').st_size") == "(['f'], 3)")
        let read = Result { try reader.run("content('f')") }
        if case .success(let content) = read { #expect(content == "old") }
        #expect(try mounted.status().diskFailures > 0)
        #expect(try mounted.unmountFailed() == .exited(74))
        try image.powerOn()
        try mounted.mount()
        #expect(try mounted.shell("cat f").text == "old")
      }
    }
  }
}
