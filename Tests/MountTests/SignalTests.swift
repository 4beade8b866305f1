import Glibc
import SystemPackage
import Testing

/// What becomes of a writer that is killed (C4, N3).
@Suite struct SignalTests {
  @Test(
    "C4: a replacing writer that is killed by a signal publishes nothing",
    arguments: [
      SIGKILL, SIGTERM, SIGINT, SIGSEGV, SIGABRT, SIGHUP,
    ])
  func killed(by number: Int32) throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("signal.signal(signal.SIGINT, signal.SIG_DFL)")
      try writer.run("publish('f', b'old'); fd = begin('f', b'half of the n')")
      try writer.run("new = begin('name', b'half of the n')")
      let before = try mounted.status()
      try writer.kill(number)
      #expect(try reader.run("content('f')") == "old")
      #expect(try reader.run("os.listdir('.')") == "['f']")
      #expect(try mounted.status().commits == before.commits)
      try reader.run("os.mkdir('name')")
    }
  }

  @Test("C4: killed with several threads is killed; exited with several threads has closed")
  func threads() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      let threads = """
        publish('f', b'old'); fd = begin('f', b'new')
        for _ in range(4): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        """
      try writer.run(threads)
      try writer.kill(SIGKILL)
      #expect(try reader.run("content('f')") == "old")
      let exiting = try mounted.python()
      try exiting.run(threads)
      try exiting.send("os._exit(5)")
      #expect(try exiting.waitForExit() == .exited(5))
      #expect(try reader.run("content('f')") == "new")
    }
  }

  @Test("C4: content whose opener was killed is spent, whoever still has the descriptor")
  func spent() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      let gate = mounted.scratch.appending("gate")
      let done = mounted.scratch.appending("done")
      try reader.run("publish('f', b'old'); os.mkfifo('\(gate)'); os.mkfifo('\(done)')")
      try writer.run("fd = begin('f', b'half')")
      try writer.run(
        """
        command = 'read x < \(gate); echo more; echo > \(done)'
        subprocess.Popen(['/bin/sh', '-c', command], stdout=fd)
        """)
      try writer.kill(SIGKILL)
      #expect(try reader.run("content('f')") == "old")
      try mounted.shell("echo > \(gate); read -r < \(done)").require()
      #expect(try reader.run("content('f')") == "old")
      try reader.run("publish('f', b'next')")
      #expect(try reader.run("content('f')") == "next")
    }
  }

  @Test("C4: a child that merely inherited the descriptor and is killed decides nothing")
  func killedChild() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'parent')")
      try writer.run(
        """
        pid = os.fork()
        if pid == 0:
            put(fd, b'+child')
            os.kill(os.getpid(), signal.SIGKILL)
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
        """)
      #expect(try reader.run("content('f')") == "old")
      try writer.run("put(fd, b'+parent'); os.close(fd)")
      #expect(try reader.run("content('f')") == "parent+child+parent")
    }
  }

  @Test("C4: what was published by fsync before the kill stays")
  func killedAfterSync() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = begin('f', b'synced'); os.fsync(fd)")
      try writer.run("put(fd, b' and half of the rest')")
      try writer.kill()
      #expect(try reader.run("content('f')") == "synced")
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == "synced")
    }
  }

  // dd catches SIGINT and closes its file itself: to anyone outside it has ended its work.
  @Test(
    "C4: cp, cat, dd and tee killed half-way leave the old file and no new name",
    arguments: [
      ("cp --copy-contents {from} {to}", SIGKILL), ("cp --copy-contents {from} {to}", SIGINT),
      ("exec cat < {from} > {to}", SIGKILL), ("exec cat < {from} > {to}", SIGINT),
      ("exec dd if={from} of={to} bs=64k status=none", SIGKILL),
      ("exec dd if={from} of={to} bs=64k status=none", SIGTERM),
      ("exec tee {to} < {from} > /dev/null", SIGINT),
    ])
  func programKilled(command: String, number: Int32) throws {
    try Mounted.run { mounted in
      let pipe = mounted.scratch.appending("pipe")
      try mounted.shell("mkfifo \(pipe); seq 100000 > f; sha256sum f > \(mounted.scratch)/sum")
        .require()
      for target in ["f", "new"] {
        let words = command.replacing("{from}", with: pipe.string).replacing("{to}", with: target)
        let program = try mounted.start(words.hasPrefix("exec") ? words : "exec \(words)")
        // The feeder holds the pipe open: the program has everything, and waits for more.
        let feeder = try mounted.start(
          "exec > \(pipe); head -c 3000000 /dev/zero; exec sleep 600")
        try waitUntil("\(words) has written") {
          try mounted.shell("awk '/^wchar/{print $2}' /proc/\(program.pid)/io").text.count >= 7
        }
        program.signal(number)
        #expect(try program.wait(limit: .seconds(20)) == .killed(number))
        feeder.end()
        try mounted.shell("sha256sum --quiet -c \(mounted.scratch)/sum").require()
        #expect(try mounted.shell("ls -A").text == "f")
      }
    }
  }
}
