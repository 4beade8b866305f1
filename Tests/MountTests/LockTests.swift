import SystemPackage
import Testing

/// Locks belong to the file (I3), and releasing one publishes what was written under it (C6).
@Suite struct LockTests {
  @Test(
    "I3: flock and shells exclude each other, on a lock file that exists and on one that does not",
    arguments: [true, false])
  func shells(exists: Bool) throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        set -e
        echo 0 > count; \(exists ? "touch lock" : "true")
        increment() { n=$(cat count); echo $((n + 1)) > count; }
        export -f increment
        for p in 1 2 3 4; do (for i in $(seq 25); do
          (exec 9> lock; flock 9; increment)
          flock lock bash -c increment
        done) & done
        wait
        [ $(cat count) = 200 ]
        """, limit: .seconds(60)
      ).require()
    }
  }

  @Test("I3: a lock through any descriptor of the file meets those through others")
  func anyDescriptor() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      try a.run("publish('f', b'x')")
      for (mine, other) in [
        ("os.O_RDONLY", "os.O_RDWR"), ("os.O_RDWR", "os.O_WRONLY | os.O_APPEND"),
        ("os.O_WRONLY | os.O_TRUNC", "os.O_RDONLY"),
      ] {
        try a.run("fd = os.open('f', \(mine)); fcntl.flock(fd, fcntl.LOCK_EX)")
        try b.run("fd = os.open('f', \(other))")
        let refused = try b.failure(of: "fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)")
        #expect(refused == .resourceTemporarilyUnavailable)
        try a.run("fcntl.flock(fd, fcntl.LOCK_SH)")
        try b.run("fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)")
        try a.run("os.close(fd)")
        try b.run("fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB); os.close(fd)")
      }
    }
  }

  @Test("I3: record locks: ranges, kinds, upgrades, F_GETLK, and their end with any close")
  func recordLocks() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      try a.run("publish('f', b'x' * 100); fd = os.open('f', os.O_RDWR)")
      try b.run("fd = os.open('f', os.O_RDWR)")
      try a.run("fcntl.lockf(fd, fcntl.LOCK_EX, 10, 10)")
      let busy = "fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB, 5, 15)"
      #expect(try b.failure(of: busy) == .resourceTemporarilyUnavailable)
      try b.run("fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 0, 20)")
      #expect(
        try b.run(
          """
          struct.unpack('hhqqi', fcntl.fcntl(fd, fcntl.F_GETLK,
              struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0)))
          """) == "(\(1), 0, 10, 10, \(a.pid))")
      try a.run("fcntl.lockf(fd, fcntl.LOCK_UN, 3, 13)")
      #expect(try b.failure(of: "fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 12)") != nil)
      try b.run("fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 3, 13)")
      // Whichever descriptor of the file it closes.
      try a.run("os.close(os.open('f', os.O_RDONLY))")
      try b.run("fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)")
      #expect(try a.failure(of: "fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)") != nil)
      try b.kill()
      try a.run("fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)")
    }
  }

  @Test("I3: locks of open file descriptions are theirs, not the process's")
  func descriptionLocks() throws {
    try Mounted.run { mounted in
      let a = try mounted.python()
      try a.run(
        """
        publish('f', b'x')
        OFD_SETLK = 37
        def lock(fd, kind):
            fcntl.fcntl(fd, OFD_SETLK, struct.pack('hhqqixxxx', kind, 0, 0, 0, 0))
        one, two = os.open('f', os.O_RDWR), os.open('f', os.O_RDWR)
        lock(one, fcntl.F_WRLCK)
        """)
      #expect(try a.failure(of: "lock(two, fcntl.F_RDLCK)") == .resourceTemporarilyUnavailable)
      try a.run("os.close(os.open('f', os.O_RDONLY))")
      #expect(try a.failure(of: "lock(two, fcntl.F_RDLCK)") == .resourceTemporarilyUnavailable)
      try a.run("os.close(one); lock(two, fcntl.F_WRLCK)")
    }
  }

  @Test("I3: a wait for a lock ends with the lock, or with a signal; a deadlock is refused")
  func waiting() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      try a.run("publish('f', b'x' * 100)")
      for process in [a, b] { try process.run("fd = os.open('f', os.O_RDWR)") }
      for lock in ["fcntl.flock(fd, fcntl.LOCK_EX)", "fcntl.lockf(fd, fcntl.LOCK_EX)"] {
        let unlock = lock.replacing("LOCK_EX", with: "LOCK_UN")
        try a.run(lock)
        try b.send(lock)
        #expect(!b.hasAnswer(within: .milliseconds(300)))
        try a.run(unlock)
        _ = try b.receive()
        try a.send(
          """
          signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
          signal.setitimer(signal.ITIMER_REAL, 0.3)
          try:
              \(lock)
          except ZeroDivisionError:
              pass
          """)
        _ = try a.receive()
        try b.run(unlock)
      }
      try a.run("fcntl.lockf(fd, fcntl.LOCK_EX, 1, 0)")
      try b.run("fcntl.lockf(fd, fcntl.LOCK_EX, 1, 1)")
      try a.send("fcntl.lockf(fd, fcntl.LOCK_EX, 1, 1)")
      #expect(!a.hasAnswer(within: .milliseconds(300)))
      #expect(try b.failure(of: "fcntl.lockf(fd, fcntl.LOCK_EX, 1, 0)") == .deadlock)
      try b.run("fcntl.lockf(fd, fcntl.LOCK_UN)")
      _ = try a.receive()
    }
  }

  @Test(
    "C6: what was written under a lock is seen by the next holder, on any descriptor",
    arguments: ["fcntl.flock(fd, fcntl.LOCK_@)", "fcntl.lockf(fd, fcntl.LOCK_@)"])
  func handOver(lock: String) throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      let (take, shared, leave) = (
        lock.replacing("@", with: "EX"), lock.replacing("@", with: "SH"),
        lock.replacing("@", with: "UN")
      )
      try writer.run("publish('f', b'0000'); fd = os.open('f', os.O_RDWR)")
      try reader.run("fd = os.open('f', os.O_RDONLY)")
      #expect(try reader.run("os.pread(fd, 10, 0)") == "0000")
      try writer.run("\(take); os.pwrite(fd, b'one.', 0); os.pwrite(fd, b'longer', 4)")
      #expect(try reader.run("content('f')") == "0000")
      try reader.send(shared)
      #expect(!reader.hasAnswer(within: .milliseconds(200)))
      let before = try mounted.status()
      try writer.run(leave)
      _ = try reader.receive()
      #expect(try reader.run("os.pread(fd, 20, 0)") == "one.longer")
      #expect(try reader.run("os.fstat(fd).st_size") == "10")
      #expect(try mounted.status().flushes == before.flushes, "a hand-over waits for no disk")
      #expect(try reader.run("content('f')") == "one.longer")
      try reader.run(leave)
      // The next close does.
      try writer.run("os.close(fd)")
      try mounted.crash()
      #expect(try mounted.shell("cat f").text == "one.longer")
    }
  }

  @Test("C6: what was written under a lock that becomes a shared one is seen by who waits for it")
  func downgrade() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'old'); fd = os.open('f', os.O_RDWR)")
      try writer.run("fcntl.flock(fd, fcntl.LOCK_EX); os.pwrite(fd, b'new', 0)")
      try reader.run("fd = os.open('f', os.O_RDONLY)")
      try reader.send("fcntl.flock(fd, fcntl.LOCK_SH)")
      #expect(!reader.hasAnswer(within: .milliseconds(200)))
      try writer.run("fcntl.flock(fd, fcntl.LOCK_SH)")
      _ = try reader.receive()
      #expect(try reader.run("os.pread(fd, 10, 0)") == "new")
    }
  }

  @Test("C6: a lock that ends with its last descriptor hands over, whoever else updates the file")
  func lastDescriptor() throws {
    try Mounted.run { mounted in
      let (idle, reader) = (try mounted.python(), try mounted.python())
      try idle.run("publish('f', b'old'); fd = os.open('f', os.O_RDWR)")
      try mounted.shell(
        """
        exec 8<> f; flock 8
        (sleep 0.2; printf new >&8) > /dev/null 2>&1 &
        """
      ).require()
      try reader.run("fd = os.open('f', os.O_RDONLY); fcntl.flock(fd, fcntl.LOCK_EX)")
      #expect(try reader.run("os.pread(fd, 10, 0), content('f')") == "(b'new', b'new')")
    }
  }

  @Test("R2: a descriptor that holds a lock stays with its version, whoever else locks the file")
  func pinnedUnderLock() throws {
    try Mounted.run { mounted in
      let (reader, other) = (try mounted.python(), try mounted.python())
      try other.run("publish('f', b'A' * 20000)")
      try reader.run("fd = os.open('f', os.O_RDONLY); fcntl.flock(fd, fcntl.LOCK_SH)")
      try other.run("fd = os.open('f', os.O_RDONLY)")
      #expect(try reader.run("os.read(fd, 10000) == b'A' * 10000") == "True")
      try other.run("publish('f', b'B' * 20000); fcntl.flock(fd, fcntl.LOCK_SH)")
      #expect(try reader.run("os.read(fd, 10000) == b'A' * 10000") == "True")
    }
  }

  @Test("I3: a reader's record locks end when its process closes any descriptor, or is killed")
  func readersLocks() throws {
    try Mounted.run { mounted in
      let (a, b) = (try mounted.python(), try mounted.python())
      try a.run("publish('f', b'x')")
      let lock = "fd = os.open('f', os.O_RDONLY); fcntl.lockf(fd, fcntl.LOCK_SH)"
      let free = "fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.lockf(fd, fcntl.LOCK_UN)"
      try b.run("fd = os.open('f', os.O_RDWR)")
      for close in ["os.close(os.dup(fd))", "os.close(os.open('f', os.O_RDONLY))"] {
        try a.run(lock)
        #expect(try b.failure(of: free) == .resourceTemporarilyUnavailable)
        try a.run(close)
        try b.run(free)
      }
      try a.run("\(lock); subprocess.Popen(['sleep', '3'], pass_fds=[fd])")
      try a.kill()
      try waitUntil("the killed process's lock is gone") { (try? b.run(free)) != nil }
    }
  }
}
