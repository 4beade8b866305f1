import SystemPackage
import Testing

/// A name is renamed or linked while its content is still being written (C5).
@Suite struct RenameTests {
  @Test("C5: renaming a name that is still pending commits content and rename as one")
  func renamePending() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f.tmp', b'new and whole')")
      let before = try mounted.status()
      try writer.run("os.rename('f.tmp', 'f')")
      #expect(try reader.run("content('f')") == "new and whole")
      #expect(try reader.run("os.listdir('.')") == "['f']")
      #expect(try mounted.status().commits - before.commits == 1)
      try writer.run("os.close(fd)")
      #expect(try mounted.status().commits - before.commits == 1)
      #expect(try reader.run("content('f')") == "new and whole")
      try mounted.crash()
      #expect(try mounted.shell("cat f; ls -A").text == "new and wholef")
    }
  }

  @Test("C5: what is written after the rename is published by close, under the new name")
  func writesAfterRename() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('a', b'first'); os.rename('a', 'b'); put(fd, b' second')")
      #expect(try reader.run("content('b')") == "first")
      try writer.run("os.close(fd)")
      #expect(try reader.run("content('b')") == "first second")
      #expect(try reader.failure(of: "os.stat('a')") == .noSuchFileOrDirectory)
    }
  }

  @Test("C5: a pending name moves to another directory, and is killed afterwards in vain")
  func renameAcrossDirectories() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("os.mkdir('d'); fd = begin('a', b'whole'); os.rename('a', 'd/b')")
      try writer.run("put(fd, b' and half of the rest')")
      try writer.kill()
      #expect(try reader.run("content('d/b')") == "whole")
      #expect(try reader.run("os.listdir('.'), os.listdir('d')") == "(['d'], ['b'])")
      try reader.run("publish('a', b'the name is free')")
    }
  }

  @Test("C5: the old name of a pending file can be created again at once")
  func nameIsFreeAgain() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        for i in range(100):
            fd = begin('tmp', b'%d' % i)
            os.rename('tmp', 'f%d' % (i % 3))
            os.close(fd)
        """)
      #expect(try writer.run("sorted(os.listdir('.'))") == "['f0', 'f1', 'f2']")
      #expect(try writer.run("content('f0'), content('f1')") == "(b'99', b'97')")
    }
  }

  @Test("C5: a published file that is being replaced can be renamed; its content follows at close")
  func renameReplaced() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('a', b'old'); fd = begin('a', b'new'); os.rename('a', 'b')")
      try writer.run("os.close(fd)")
      #expect(try reader.run("os.listdir('.')") == "['b']")
      #expect(try reader.run("content('b')") == "new")
    }
  }
}
