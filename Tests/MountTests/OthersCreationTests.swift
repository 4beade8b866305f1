import SystemPackage
import Testing

/// What one process does about a name or a working copy that another has under its hands (N1, W2).
@Suite struct OthersCreationTests {
  @Test(
    "who may not open a file cannot do so by creating it while it comes into being",
    arguments: ["os.O_WRONLY | os.O_TRUNC", "os.O_RDWR", "os.O_RDONLY", "os.O_RDONLY | os.O_TRUNC"])
  func permissions(flags: String) throws {
    try Mounted.run(options: ["allow_other"]) { mounted in
      let (owner, other) = (try mounted.python(), try mounted.python())
      try owner.run("os.chmod('.', 0o777)")
      try other.run("os.setgroups([]); os.setgid(1000); os.setuid(1000)")
      for (mode, creation) in [("0o600", "os.O_TRUNC"), ("0o600", "0"), ("0o644", "0")] {
        try owner.run("fd = begin('f', b'secret', os.O_RDWR | os.O_CREAT | \(creation), \(mode))")
        if mode == "0o644" { try owner.run("os.fchmod(fd, 0o600)") }
        #expect(
          try other.failure(of: "os.open('f', os.O_CREAT | \(flags), 0o666)") == .permissionDenied)
        try owner.run("os.close(fd)")
        #expect(try owner.run("content('f'), os.stat('f').st_uid") == "(b'secret', 0)")
        #expect(
          try other.failure(of: "os.open('f', os.O_CREAT | \(flags), 0o666)") == .permissionDenied)
        try owner.run("os.unlink('f')")
      }
    }
  }

  @Test(
    "W2: who has created a name and written nothing leaves alone what others publish there",
    arguments: ["os.O_TRUNC", "0"], ["", "os.O_APPEND"])
  func untouched(flags: String, appends: String) throws {
    try Mounted.run { mounted in
      let (first, second) = (try mounted.python(), try mounted.python())
      let mode = appends.isEmpty ? "0" : appends
      try first.run("fd = os.open('f', os.O_WRONLY | os.O_CREAT | \(mode))")
      try second.run("fd = begin('f', b'content', os.O_WRONLY | os.O_CREAT | \(flags))")
      try second.run("os.close(fd)")
      #expect(try second.run("content('f')") == "content")
      if !appends.isEmpty {
        try first.run("os.write(fd, b' and more')")
        #expect(try second.run("content('f')") == "content and more")
      }
      try first.run("os.close(fd)")
      let expected = appends.isEmpty ? "content" : "content and more"
      #expect(try second.run("content('f')") == expected)
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == expected)
    }
  }

  @Test("N2: who has created a name and written nothing publishes it empty")
  func empty() throws {
    try Mounted.run { mounted in
      #expect(try mounted.shell("touch a; : > b; : >> c; touch -d @5 d; ls").text == "a\nb\nc\nd")
      try mounted.crash()
      #expect(try mounted.shell("stat -c '%s %Y' d; cat a b c").text == "0 5")
    }
  }

  @Test(
    "W2: a close by who wrote nothing does not publish what another has half-written",
    arguments: [
      "os.close(os.open('f', os.O_RDWR))", "os.close(os.open('f', os.O_WRONLY | os.O_APPEND))",
    ])
  func idleClose(open: String) throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old state'); fd = os.open('f', os.O_RDWR)")
      try writer.run("os.pwrite(fd, b'new', 0)")
      try other.run(open)
      #expect(try other.run("content('f')") == "old state")
      try writer.run("os.pwrite(fd, b'thing', 4); os.close(fd)")
      #expect(try other.run("content('f')") == "new thing")
    }
  }

  @Test("C4: what a killed updating writer staged is gone, though another has the file open idly")
  func idleBystander() throws {
    try Mounted.run { mounted in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try other.run("publish('f', b'old state'); fd = os.open('f', os.O_RDWR)")
      try writer.run("fd = os.open('f', os.O_RDWR); os.pwrite(fd, b'new', 0)")
      #expect(try other.run("os.pread(fd, 99, 0)") == "new state")
      try writer.kill()
      #expect(try other.run("os.pread(fd, 99, 0), content('f')") == "(b'old state', b'old state')")
      try other.run("os.pwrite(fd, b'***', 0); os.close(fd)")
      #expect(try other.run("content('f')") == "*** state")
    }
  }

  @Test("N1: a child reaches what its parent is creating by /dev/stdout and the like")
  func standardStreams() throws {
    try Mounted.run { mounted throws in
      let script = """
        sh -c 'echo piped | tee /dev/stderr > /dev/null' 2> log
        sh -c 'echo said > /dev/stdout' > out
        exec 3<> temporary; echo kept >&3; rm temporary; sh -c 'cat /dev/fd/3'
        cat log out
        """
      #expect(try mounted.shell(script).require().text == "kept\npiped\nsaid")
    }
  }

  @Test("C3: who opens a file after its last close sees the commit, also if a lock went with it")
  func lastCloseUnderLock() throws {
    try Mounted.run { mounted in
      try mounted.python().run(
        """
        import fcntl
        publish('f', b'old')
        def child():
            # A grandchild closes last; its parent waits until it has ended.
            fd = os.open('f', os.O_RDWR); fcntl.flock(fd, fcntl.LOCK_EX)
            go, told = os.pipe(); pid = os.fork()
            if pid == 0:
                os.close(told); os.read(go, 1); os.pwrite(fd, b'new' * (3 << 20), 0); os._exit(0)
            os.close(go); os.close(fd); os.close(told); os.waitpid(pid, 0)
            return content('f')[:3]
        for attempt in range(5):
            found = child()
            assert found == b'new', found
            publish('f', b'old')
        """)
    }
  }

  @Test("R1: a descriptor of a path leads to the file, whatever has been published since")
  func pathDescriptor() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old')")
      try reader.run("path = os.open('f', os.O_PATH)")
      try writer.run("publish('f', b'new')")
      #expect(try reader.run("content('/proc/self/fd/%d' % path)") == "new")
    }
  }
}
