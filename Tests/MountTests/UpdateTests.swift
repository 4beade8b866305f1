import SystemPackage
import Testing

/// Updating writers: one working copy a file (W2).
@Suite struct UpdateTests {
  @Test("W2: a commit costs what was changed: 4 KiB of a file of 256 MiB, one flush")
  func cost() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        fd = begin('f', b'')
        for i in range(64): put(fd, b'%02d' % i * (2 << 20))
        os.close(fd)
        """)
      try writer.run("fd = os.open('f', os.O_RDWR); os.pwrite(fd, b'warm', 1 << 20)")
      try writer.run("os.fsync(fd)")
      let before = try mounted.status()
      try writer.run("os.pwrite(fd, b'x' * 4096, 100 << 20); os.fsync(fd)")
      let after = try mounted.status()
      #expect(after.flushes - before.flushes == 1)
      let written = after.bytesWritten - before.bytesWritten
      #expect(written <= 12 << 10, "\(written) bytes")
      try mounted.crash()
      #expect(
        try mounted.shell("dd if=f bs=4096 skip=25600 count=1 status=none").text
          == String(repeating: "x", count: 4096))
    }
  }

  @Test("W2: many small changes of a file cost what they are, in whatever order they come")
  func scattered() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        import random
        random.seed(7)
        want = bytearray(b'-' * (4 << 20))
        publish('f', bytes(want))
        fd = os.open('f', os.O_RDWR)
        for i in range(3000):
            at = random.randrange(len(want) - 100)
            want[at:at + 100] = piece = b'%03d' % (i % 1000) * 33 + b'.'
            os.pwrite(fd, piece, at)
            if i % 300 == 0: os.fsync(fd)
        os.close(fd)
        """)
      #expect(try writer.run("content('f') == want") == "True")
      try mounted.crash()
      let reader = try mounted.python()
      try reader.run("data = content('f')")
      #expect(
        try reader.run("hashlib.sha256(data).hexdigest()")
          == writer.run("hashlib.sha256(want).hexdigest()"))
    }
  }

  @Test("W2: updating writers share a working copy; others see what was published")
  func sharedCopy() throws {
    try Mounted.run { mounted in
      let (a, b, reader) = (try mounted.python(), try mounted.python(), try mounted.python())
      try a.run("publish('f', b'0123456789')")
      for writer in [a, b] { try writer.run("fd = os.open('f', os.O_RDWR)") }
      try a.run("os.pwrite(fd, b'ab', 0)")
      #expect(try b.run("os.pread(fd, 4, 0)") == "ab23")
      #expect(try reader.run("content('f')") == "0123456789")
      try b.run("os.pwrite(fd, b'cd', 8); os.fsync(fd)")
      #expect(try reader.run("content('f')") == "ab234567cd")
    }
  }

  @Test("W2: MAP_SHARED of two processes is one memory; msync publishes")
  func sharedMemory() throws {
    try Mounted.run { mounted in
      let (a, b, reader) = (try mounted.python(), try mounted.python(), try mounted.python())
      try a.run("publish('f', b'.' * 100000)")
      for process in [a, b] {
        try process.run("fd = os.open('f', os.O_RDWR); memory = mmap.mmap(fd, 0)")
      }
      try a.run("memory[50000:50005] = b'hello'")
      #expect(try b.run("memory[50000:50005]") == "hello")
      try b.run("memory[99990:99995] = b'there'; memory.flush()")
      #expect(try reader.run("content('f')[50000:50005]") == "hello")
      #expect(try reader.run("content('f')[99990:99995]") == "there")
      try mounted.crash()
      #expect(try mounted.shell("tr -d . < f").text == "hellothere")
    }
  }

  @Test("W2: a working copy without changes follows what others publish")
  func follows() throws {
    try Mounted.run { mounted in
      let (updater, other) = (try mounted.python(), try mounted.python())
      try other.run("publish('f', b'first content')")
      try updater.run("fd = os.open('f', os.O_RDWR)")
      #expect(try updater.run("os.pread(fd, 100, 0)") == "first content")
      try other.run("publish('f', b'second')")
      #expect(try updater.run("os.pread(fd, 100, 0)") == "second")
      #expect(try updater.run("os.fstat(fd).st_size") == "6")
      try other.run("os.truncate('f', 3)")
      #expect(try updater.run("os.pread(fd, 100, 0)") == "sec")
      try updater.run("os.pwrite(fd, b'S', 0); os.close(fd)")
      #expect(try other.run("content('f')") == "Sec")
    }
  }

  @Test("O_SYNC and O_DSYNC: each write is a commit")
  func synchronous() throws {
    try Mounted.run { mounted in
      let (writer, reader) = (try mounted.python(), try mounted.python())
      try writer.run("publish('f', b'0' * 10)")
      for flag in ["O_SYNC", "O_DSYNC"] {
        try writer.run("fd = os.open('f', os.O_WRONLY | os.\(flag))")
        let before = try mounted.status()
        for digit in 1...3 {
          try writer.run("os.pwrite(fd, b'\(digit)', \(digit))")
          #expect(try reader.run("content('f')[\(digit):\(digit + 1)]") == "\(digit)")
        }
        #expect(try mounted.status().commits - before.commits == 3)
        try writer.run("os.close(fd); publish('f', b'0' * 10)")
      }
    }
  }

  @Test("C4: an updating writer that is killed takes nothing from those who open the file next")
  func killedBeside() throws {
    try Mounted.run { mounted in
      let other = try mounted.python()
      try other.run("publish('f', b'0' * 100)")
      let killed = try mounted.start(
        """
        while true; do
          python3 -c 'import os
        fd = os.open("f", os.O_RDWR); os.pwrite(fd, b"x", 0); os.kill(os.getpid(), 9)'
        done
        """)
      try other.run(
        """
        for i in range(500):
            fd = os.open('f', os.O_RDWR); os.pwrite(fd, b'%03d' % i, 50); os.close(fd)
            time.sleep(0.002)
        """)
      killed.end()
      #expect(try other.run("content('f')[50:53]") == "499")
    }
  }
}
