import SystemPackage
import Testing

/// When a commit happens (C1, C2, C3).
@Suite struct CommitTests {
  @Test(
    "C1: fsync and fdatasync publish what is staged, and it is durable",
    arguments: [
      "os.fsync(fd)", "os.fdatasync(fd)",
    ])
  func synchronised(call: String) throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'synced')")
      #expect(try reader.run("content('f')") == "old")
      try writer.run(call)
      #expect(try reader.run("content('f')") == "synced")
      try writer.run("put(fd, b', and more')")
      #expect(try reader.run("content('f')") == "synced")
      try mounted.crash()
      #expect(try mounted.python().run("content('f')") == "synced")
    }
  }

  @Test("C2: a close is the last one of its open, whatever else the process has open")
  func descriptionsApart() throws {
    try Mounted.run { mounted throws in
      let script = """
        echo old > f; exec 3<> f
        python3 -c 'f = open("f", "r+"); f.write("new"); f.close()'; cat f; exec 3>&-
        """
      #expect(try mounted.shell(script).require().text == "new")
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('g', b'old'); a = os.open('g', os.O_RDWR); b = os.dup(a)")
      try writer.run("c = os.open('g', os.O_RDWR); os.pwrite(c, b'new', 0); os.close(c)")
      #expect(try reader.run("content('g')") == "new")
      try writer.run("os.pwrite(a, b'more', 0); os.close(a)")
      #expect(try reader.run("content('g')") == "new")
      try writer.run("os.close(b)")
      #expect(try reader.run("content('g')") == "more")
    }
  }

  @Test("C1: others see what an fsync has published, also if its writer looked at the pending name")
  func seenAfterSync() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        names = ['f%d' % i for i in range(60)]; fds = []
        for name in names:
            fd = begin(name, b'1234', os.O_RDWR | os.O_CREAT | os.O_EXCL)
            os.stat(name); os.fsync(fd); fds.append(fd)
        time.sleep(2.5)
        for name in names: os.stat(name)
        sizes = set()
        for name, fd in zip(names, fds):
            os.pwrite(fd, b'12345678', 0); os.fsync(fd); sizes.add(os.stat(name).st_size)
        """)
      #expect(try writer.run("sizes") == "{8}")
    }
  }

  @Test("C1: an fsync that has nothing new commits nothing, a second one commits the rest")
  func synchronisedTwice() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("fd = begin('f', b'one'); os.fsync(fd)")
      let before = try mounted.status()
      try writer.run("os.fsync(fd)")
      #expect(try mounted.status().commits == before.commits)
      try writer.run("put(fd, b' two'); os.fsync(fd)")
      #expect(try reader.run("content('f')") == "one two")
      try writer.run("put(fd, b' three'); os.close(fd)")
      #expect(try reader.run("content('f')") == "one two three")
      #expect(try mounted.status().commits - before.commits == 2)
    }
  }

  @Test("C2: what was closed is published and survives the death of the daemon")
  func closed() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run("for i in range(50): publish('f%d' % i, b'content %d' % i)")
      try mounted.crash()
      let reader = try mounted.python()
      #expect(try reader.run("len(os.listdir('.'))") == "50")
      #expect(
        try reader.run("all(content('f%d' % i) == b'content %d' % i for i in range(50))") == "True")
    }
  }

  @Test(
    "C2: while a copy of the descriptor is open in the opening process, close publishes nothing")
  func duplicated() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'new'); copy = os.dup(fd)")
      let before = try mounted.status()
      try writer.run("os.close(fd)")
      #expect(try reader.run("content('f')") == "old")
      try writer.run("put(copy, b' and more'); third = os.dup2(copy, 77); os.close(copy)")
      #expect(try reader.run("content('f')") == "old")
      #expect(try mounted.status().commits == before.commits)
      try writer.run("os.close(77)")
      #expect(try reader.run("content('f')") == "new and more")
      #expect(try mounted.status().commits - before.commits == 1)
    }
  }

  @Test("C2: another open of the same file in the same process does not hold back a commit")
  func otherOpens() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); other = os.open('f', os.O_RDONLY)")
      try writer.run("first = begin('f', b'first'); second = begin('f', b'second')")
      try writer.run("os.close(first)")
      #expect(try reader.run("content('f')") == "first")
      try writer.run("os.close(second)")
      #expect(try reader.run("content('f')") == "second")
      #expect(try writer.run("whole(other)") == "old")
    }
  }

  @Test("C2: a process with hundreds of descriptors is looked through, too")
  func manyDescriptors() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); null = [os.open('/dev/null', 0) for _ in range(800)]")
      try writer.run("fd = begin('f', b'new'); copy = os.dup(fd); os.close(fd)")
      #expect(try reader.run("content('f')") == "old")
      try writer.run("os.close(copy)")
      #expect(try reader.run("content('f')") == "new")
    }
  }

  @Test("C2: a close by one thread publishes what another thread opened and wrote")
  func threads() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old')")
      try writer.run(
        """
        opened = []
        thread = threading.Thread(target=lambda: opened.append(begin('f', b'by a thread')))
        thread.start(); thread.join()
        os.close(opened[0])
        """)
      #expect(try reader.run("content('f')") == "by a thread")
    }
  }

  @Test(
    "C2: a process that ends without closing has closed",
    arguments: [
      "os._exit(0)", "os._exit(3)", "sys.exit(1)",
    ])
  func exits(call: String) throws {
    try Mounted.run { mounted in
      let reader = try mounted.python()
      try reader.run("publish('f', b'old')")
      let script =
        "import os, sys; fd = os.open('f', os.O_WRONLY | os.O_TRUNC); "
        + "os.write(fd, b'new'); \(call)"
      _ = try mounted.shell("/usr/bin/python3 -I -S -c \"\(script)\"")
      #expect(try reader.run("content('f')") == "new")
    }
  }

  @Test("C2: opening with O_TRUNC and closing publishes an empty file")
  func emptied() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo old > f; : > f; : > g").require()
      #expect(try mounted.shell("stat -c %s f g").text == "0\n0")
      try mounted.crash()
      #expect(try mounted.shell("stat -c %s f g").text == "0\n0")
    }
  }

  @Test("C3: a close by a process that inherited the descriptor publishes nothing")
  func inherited() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'parent,')")
      try writer.run(
        """
        def child(action):
            pid = os.fork()
            if pid == 0:
                action()
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        child(lambda: (put(fd, b'child,'), os.close(fd)))
        """)
      #expect(try reader.run("content('f')") == "old")
      try writer.run("child(lambda: put(fd, b'second child,'))")
      #expect(try reader.run("content('f')") == "old")
      try writer.run("put(fd, b'parent'); os.close(fd)")
      #expect(try reader.run("content('f')") == "parent,child,second child,parent")
    }
  }

  @Test("C3: what is staged by the last descriptor anywhere is committed before any later request")
  func lastDescriptorAnywhere() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'opener')")
      try writer.run(
        """
        keeper = subprocess.Popen(['/bin/cat'], stdin=subprocess.PIPE, stdout=fd)
        os.close(fd)
        """)
      #expect(try reader.run("content('f')") == "opener", "the opener's own last close publishes")
      for round in 1...20 {
        try writer.run(
          """
          keeper.stdin.write(b'+child'); keeper.stdin.close(); assert keeper.wait() == 0
          """)
        #expect(try reader.run("content('f')") == "opener+child", "round \(round)")
        try writer.run(
          """
          fd = begin('f', b'opener')
          keeper = subprocess.Popen(['/bin/cat'], stdin=subprocess.PIPE, stdout=fd)
          os.close(fd)
          """)
      }
      try writer.run("keeper.stdin.close(); keeper.wait()")
    }
  }

  @Test("C3: a child that outlives its opener publishes at its end, new names too")
  func childOutlivesOpener() throws {
    try Mounted.run { mounted in
      let gate = mounted.scratch.appending("gate")
      try mounted.shell("mkfifo \(gate)").require()
      // The opener is the shell in parentheses, which ends at once; the child goes on.
      try mounted.shell("(exec 3>new; (read -r < \(gate); echo late >&3) &)").require()
      #expect(try mounted.shell("cat new").text == "")
      try mounted.shell("exec 4<> \(gate); echo >&4; until [ -s new ]; do :; done; cat new >&2")
        .require()
      #expect(try mounted.shell("cat new").text == "late")
    }
  }
}
