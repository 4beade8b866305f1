import SystemPackage
import Testing

/// The redirections of shells: what each publishes, how often, and what a second reader sees of it.
@Suite struct RedirectionTests {
  /// Every case starts with `f` containing "old".
  @Test(
    "C2, C3: a redirection publishes once, at its end",
    arguments: [
      ("echo hi > f", "hi"),
      ("/bin/echo hi > f", "hi"),
      ("(echo a; /bin/echo b) > f", "a\nb"),
      ("{ echo a; /bin/echo b; } > f", "a\nb"),
      ("exec 3> f; echo a >&3; echo b >&3; exec 3>&-", "a\nb"),
      ("exec 3> f; /bin/echo a >&3; echo b >&3; /bin/echo c >&3; exec 3>&-", "a\nb\nc"),
      ("exec 3> f; (echo a >&3; exec 3>&-); echo b >&3; exec 3>&-", "a\nb"),
      ("for i in 1 2 3; do echo $i; /bin/true; done > f", "1\n2\n3"),
      ("(echo out; echo err >&2) > f 2>&1", "out\nerr"),
      ("echo a | tee f > /dev/null", "a"),
      ("seq 3 | cat > f", "1\n2\n3"),
      ("cat > f <<< text", "text"),
      (": > f", ""),
      ("exec > f; echo a; /bin/echo b", "a\nb"),
      ("(/bin/echo a & wait; /bin/echo b) > f", "a\nb"),
    ])
  func once(command: String, expected: String) throws {
    for shell in ["bash", "sh"] where !(shell == "sh" && command.contains("<<<")) {
      try Mounted.run { mounted in
        try mounted.shell("echo old > f").require()
        let before = try mounted.status()
        let script = mounted.scratch.appending("script")
        try mounted.shell("cat > \(script) <<'END'\n\(command)\nEND").require()
        try mounted.shell("\(shell) \(script) > /dev/null").require()
        #expect(try mounted.shell("cat f").text == expected, "\(shell)")
        #expect(try mounted.status().commits - before.commits == 1, "\(shell): \(command)")
      }
    }
  }

  @Test(
    "C2, C3: inside a redirection another reader still finds the old file",
    arguments: [
      "{ echo a; cat f >&2; /bin/echo b; cat f >&2; } > f",
      "(echo a; cat f >&2; /bin/echo b; cat f >&2) > f",
      "exec 3> f; echo a >&3; cat f >&2; /bin/echo b >&3; cat f >&2; exec 3>&-",
      "{ /bin/echo a; (cat f >&2); (/bin/echo b; exit 3); cat f >&2; } > f",
    ])
  func oldInside(command: String) throws {
    try Mounted.run { mounted in
      try mounted.shell("echo old > f").require()
      let result = try mounted.shell(command)
      #expect(result.errors == "old\nold\n", "\(result)")
      #expect(try mounted.shell("cat f").text == "a\nb")
    }
  }

  @Test("C2: inside a redirection to a new name it is not listed")
  func newNameInside() throws {
    try Mounted.run { mounted in
      let result = try mounted.shell("{ echo a; ls -A >&2; /bin/echo b; ls -A >&2; } > f").require()
      #expect(result.errors == "")
      #expect(try mounted.shell("ls -A; cat f").text == "f\na\nb")
    }
  }

  @Test("W3: >> keeps what is there, and what others append")
  func appending() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo a > f; echo b >> f; /bin/echo c >> f; echo d >> new").require()
      #expect(try mounted.shell("cat f new").text == "a\nb\nc\nd")
      try mounted.crash()
      #expect(try mounted.shell("cat f new").text == "a\nb\nc\nd")
    }
  }

  @Test("R2: /dev/stdin and /proc/self/fd give the version that the descriptor is pinned to")
  func reopened() throws {
    try Mounted.run { mounted throws in
      let script = """
        echo old > f; exec 3< f; echo new > f
        cat /proc/self/fd/3; cat /dev/fd/3; cat /dev/stdin <&3; cat f
        """
      #expect(try mounted.shell(script).require().text == "old\nold\nold\nnew")
      #expect(try mounted.shell("cat /dev/stdin < f").require().text == "new")
    }
  }

  @Test("R2: a descriptor that others read is not emptied through /proc/self/fd")
  func noTruncationUnderReaders() throws {
    try Mounted.run { mounted in
      let (reader, other) = (try mounted.python(), try mounted.python())
      try reader.run("publish('f', b'old ' * 50000); fd = os.open('f', os.O_RDONLY)")
      try other.run(
        """
        own = os.open('f', os.O_RDONLY)
        try:
            os.open('/proc/self/fd/%d' % own, os.O_WRONLY | os.O_TRUNC)
            refused = 0
        except OSError as error:
            refused = error.errno
        """)
      #expect(try other.run("refused == errno.EBUSY") == "True")
      #expect(try reader.run("whole(fd) == b'old ' * 50000") == "True")
      #expect(try other.run("content('f') == b'old ' * 50000") == "True")
      try reader.run("os.close(fd)")
    }
  }

  @Test("W1: /proc/self/fd can be opened for writing")
  func reopenedForWriting() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo old > f; exec 3< f; echo new > /proc/self/fd/3").require()
      #expect(try mounted.shell("cat f").text == "new")
      try mounted.shell("exec 3> g; echo text > /dev/fd/3; exec 3>&-").require()
      #expect(try mounted.shell("cat g").text == "text")
      try mounted.shell("echo piped | tee /dev/fd/3 3> h > /dev/null").require()
      #expect(try mounted.shell("cat h").text == "piped")
    }
  }

  @Test("C4: a pipeline whose last process is killed by Ctrl-C leaves the old file")
  func interruptedPipeline() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo old > f").require()
      let ready = mounted.scratch.appending("ready")
      try mounted.shell("mkfifo \(ready)").require()
      // Ctrl-C reaches everything in the foreground: the group.
      let job = try mounted.start(
        "trap - INT; (echo first; echo > \(ready); exec sleep 600) | exec cat > f")
      try mounted.shell("read -r < \(ready)").require()
      try mounted.shell("kill -INT -- -\(job.pid)").require()
      _ = try job.wait(limit: .seconds(10))
      #expect(try mounted.shell("cat f").text == "old")
    }
  }

  @Test(
    "C2: redirections publish once from other namespaces and through a bind mount, too",
    arguments: [
      "unshare --mount bash", "unshare --pid --fork --mount-proc bash",
      "unshare --mount bash -c 'mount --bind . ../scratch && cd ../scratch && exec bash -s' --",
    ])
  func namespaces(shell: String) throws {
    try Mounted.run { mounted in
      let script = """
        echo old > f
        exec 3> f; echo a >&3; cat f >&2; /bin/echo b >&3; cat f >&2; exec 3>&-; cat f
        { echo c; cat f >&2; /bin/echo d; } > f; cat f
        sort -r f > f; cat f
        bash -c 'echo half > f; exec > f; echo half; kill -9 $$'; cat f
        """
      let before = try mounted.status()
      let result = try mounted.shell("\(shell) <<'END'\n\(script)\nEND")
      #expect(result.text == "a\nb\nc\nd\nd\nc\nhalf", "\(result)")
      #expect(result.errors.hasPrefix("old\nold\na\nb\n"), "\(result)")
      #expect(try mounted.status().commits - before.commits == 5)
    }
  }
}
