import SystemPackage
import Testing

/// What a file keeps over its publications (I1, I2).
@Suite struct IdentityTests {
  @Test("I1: a file keeps inode number, links, mode and owner when it is replaced")
  func kept() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); os.link('f', 'g')")
      try writer.run("os.chmod('f', 0o4751); os.chown('f', 17, 18); os.chmod('f', 0o751)")
      try reader.run(
        "def seen(): s = os.stat('f'); return (s.st_ino, s.st_nlink, oct(s.st_mode), s.st_uid)")
      let before = try reader.run("seen()")
      #expect(before.hasSuffix("2, '0o100751', 17)"))
      try writer.run("for i in range(5): publish('f', b'new')")
      #expect(try reader.run("seen()") == before)
      #expect(try reader.run("os.stat('f').st_ino == os.stat('g').st_ino") == "True")
      try mounted.remount()
      let after = try mounted.python()
      #expect(
        try after.run("s = os.stat('f')") == "")
      #expect(try after.run("(s.st_ino, s.st_nlink, oct(s.st_mode), s.st_uid)") == before)
    }
  }

  @Test("I1: a staged replacement has an inode number of its own until it is published")
  func stagedNumber() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'new')")
      let file = try reader.run("os.stat('f').st_ino")
      #expect(try writer.run("os.fstat(fd).st_ino") != file)
      try writer.run("os.close(fd)")
      #expect(try reader.run("os.stat('f').st_ino") == file)
    }
  }

  @Test(
    "I1: a program may read the file that it replaces",
    arguments: [
      ("sort f > f", "a\nb\nc"), ("sort -r f > f", "c\nb\na"), ("cat f f > f", "b\nc\na\nb\nc\na"),
      ("grep -v c f > f", "b\na"), ("sed s/b/x/ f > f", "x\nc\na"), ("tac f > f", "a\nc\nb"),
      ("sort f | uniq > f", "a\nb\nc"), ("cat < f > f", "b\nc\na"),
      ("cp f f2; cat f2 f > f", "b\nc\na\nb\nc\na"),
      (
        "/usr/bin/python3 -c 'import sys; sys.stdout.write(open(\"f\").read().upper())' > f",
        "B\nC\nA"
      ),
    ])
  func readsWhatItReplaces(command: String, expected: String) throws {
    try Mounted.run { mounted in
      try mounted.shell("printf 'b\\nc\\na\\n' > f; exec 3< f; \(command)").require()
      #expect(try mounted.shell("cat f").text == expected)
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == expected)
    }
  }

  @Test("I1: the same with a file of many mebibytes")
  func readsLargeFileThatItReplaces() throws {
    try Mounted.run { mounted in
      try mounted.shell("seq 1000000 | tac > f; sort -n f > f").require()
      #expect(try mounted.shell("seq 1000000 | cmp - f").succeeded)
      try mounted.shell("cat f f > f").require()
      #expect(try mounted.shell("{ seq 1000000; seq 1000000; } | cmp - f").succeeded)
    }
  }

  @Test("I2: all hard links of a file see its publications at the same instant")
  func links() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run(
        "os.mkdir('d'); publish('a', b'%09d' % 0); os.link('a', 'd/b'); os.link('a', 'c')")
      try reader.send(
        """
        last, rounds = 0, 0
        names = ['a', 'd/b', 'c']
        while last < 400:
            now = int(content(names[rounds % 3]))
            assert now >= last, (now, last)
            last, rounds = now, rounds + 1
        """)
      try writer.run("for i in range(1, 401): publish(['c', 'a', 'd/b'][i % 3], b'%09d' % i)")
      _ = try reader.receive()
      #expect(
        try reader.run("{os.stat(name).st_ino for name in names} == {os.stat('a').st_ino}")
          == "True")
      #expect(try reader.run("[os.stat(name).st_nlink for name in names]") == "[3, 3, 3]")
      try writer.run("os.unlink('a')")
      #expect(try reader.run("content('c'), os.stat('d/b').st_nlink") == "(b'000000400', 2)")
    }
  }

  @Test("I2: a descriptor on one link is pinned, whichever link is written")
  func pinnedThroughLinks() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('a', b'old'); os.link('a', 'b')")
      try reader.run("fd = os.open('a', os.O_RDONLY); os.stat('b')")
      try writer.run("publish('b', b'newer')")
      #expect(try reader.run("os.stat('a').st_size, os.stat('b').st_size") == "(5, 5)")
      #expect(try reader.run("content('a'), content('b')") == "(b'newer', b'newer')")
      #expect(try reader.run("whole(fd)") == "old")
    }
  }
}
