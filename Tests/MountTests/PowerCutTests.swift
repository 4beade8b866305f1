import SystemPackage
import Testing

/// What is there after a power cut (D1, D2, D3): the store lies on an ext4 of its own, which is
/// shut down without flushing anything, not even its journal.
@Suite(.serialized) struct PowerCutTests {
  @Test("D2, C2: after a power cut everything that was closed is there")
  func closed() throws {
    try cutPower(
      before: { python in
        try python.run("for i in range(30): publish('f%d' % i, b'%d' % i * 5000)")
        try python.run("publish('large', hashlib.sha256(b'').digest() * 100000)")
        try python.run("publish('f0', b'replaced'); fd = begin('staged', b'not closed')")
      },
      after: { python throws in
        let want = "{'large'} | {'f%d' % i for i in range(30)}"
        #expect(try python.run("set(os.listdir('.')) == \(want)") == "True")
        #expect(
          try python.run("all(content('f%d' % i) == b'%d' % i * 5000 for i in range(1, 30))")
            == "True")
        #expect(try python.run("content('f0')") == "replaced")
        #expect(
          try python.run("content('large') == hashlib.sha256(b'').digest() * 100000") == "True")
      })
  }

  @Test("D2: rename onto an existing name and link are durable when they return")
  func renameAndLink() throws {
    try cutPower(
      before: { python in
        try python.run("for name in 'abc': publish(name, name.encode())")
        try python.run("os.link('c', 'd')")
        try python.run("os.rename('a', 'b')")
      },
      after: { python throws in
        #expect(try python.run("sorted(os.listdir('.'))") == "['b', 'c', 'd']")
        #expect(try python.run("content('b'), content('d')") == "(b'a', b'c')")
        #expect(try python.run("os.stat('c').st_nlink") == "2")
      })
  }

  @Test(
    "D3: other changes of names are durable with the next durable commit or fsync",
    arguments: [
      "publish('other', b'')", "os.fsync(os.open('.', os.O_RDONLY))",
      "os.fsync(os.open('file', os.O_RDONLY))",
    ])
  func namesWithCommit(call: String) throws {
    try cutPower(
      before: { python in
        try python.run("publish('file', b'')")
        try python.run("os.makedirs('a/b'); os.symlink('x', 'a/s'); os.rename('file', 'a/file')")
        try python.run("os.link('a/file', 'file')")
        try python.run("os.mkdir('c'); os.chmod('c', 0o700); os.rename('a/file', 'c/moved')")
        try python.run(call)
      },
      after: { python throws in
        #expect(
          try python.run("sorted(os.listdir('a')), os.listdir('c')") == "(['b', 's'], ['moved'])")
        #expect(try python.run("oct(os.stat('c').st_mode)") == "0o40700")
      })
  }

  @Test("D3: other changes of names are durable within a second")
  func namesInTime() throws {
    try cutPower(
      before: { python in
        try python.run("os.makedirs('a/b')")
        // The one sleep that is itself the promise.
        try python.run("time.sleep(1.2)")
      },
      after: { python throws in #expect(try python.run("os.listdir('a')") == "['b']") })
  }

  @Test("D2: durability=fsync: what was synced is there, and what was closed after a second")
  func lazily() throws {
    try cutPower(
      options: ["durability=fsync"],
      before: { python in
        try python.run("publish('a', b'closed'); time.sleep(1.2)")
        try python.run("publish('b', b'closed'); fd = begin('c', b'synced'); os.fsync(fd)")
        try python.run("publish('d', b'closed just now')")
      },
      after: { python throws in
        #expect(try python.run("content('a'), content('b')") == "(b'closed', b'closed')")
        #expect(try python.run("content('c')") == "synced")
        #expect(try python.run("set(os.listdir('.')) - {'d'} == {'a', 'b', 'c'}") == "True")
      })
  }

  @Test(
    "D1: after a power cut under load the tree is a prefix of what was done",
    arguments: [
      "durability=close", "durability=fsync",
    ])
  func prefix(option: String) throws {
    try cutPower(
      options: [option],
      before: { python in
        try python.run(
          """
          done = os.open(scratch + '/done', os.O_WRONLY | os.O_CREAT)
          def work():
              try:
                  for i in range(1, 1 << 30):
                      publish('a', b'%d' % i)
                      publish('b', b'%d' % i)
                      os.mkdir('d%d' % i)
                      publish('d%d/x' % i, b'%d' % i)
                      os.rename('d%d/x' % i, 'x')
                      os.rmdir('d%d' % i)
                      os.pwrite(done, b'%d' % i, 0)
              except OSError:
                  pass
          thread = threading.Thread(target=work, daemon=True)
          thread.start()
          while os.fstat(done).st_size < 2: time.sleep(0.001)
          """)
      },
      after: { python throws in
        try python.run("done = int(content(scratch + '/done'))")
        try python.run("n = lambda name: int(content(name)) if os.path.exists(name) else 0")
        try python.run("a, b, x = n('a'), n('b'), n('x')")
        try python.run("names = set(os.listdir('.')) - set('abx')")
        let seen = try python.run("(done, a, b, x, sorted(names))")
        // One after the other, so each is where the one before it is, or one step behind.
        #expect(try python.run("a >= b >= x >= a - 1") == "True", "\(seen)")
        #expect(try python.run("len(names) <= 1") == "True", "\(seen)")
        if option == "durability=close" {
          #expect(try python.run("x >= done") == "True", "\(seen)")
        }
      })
  }

  @Test("D1, D2: after a power cut under many writers all that was closed is there, nothing torn")
  func manyWriters() throws {
    try cutPower(
      before: { python in
        try python.run(LoadProgram.tools)
        try python.run(
          """
          notes = scratch + '/notes'
          os.mkdir(notes)
          for writer in range(5):
              if os.fork() == 0:
                  work(writer, writer, notes)
                  os._exit(0)
          noted = lambda: sum(os.stat(notes + '/' + name).st_size for name in os.listdir(notes))
          while noted() < 2000: time.sleep(0.001)
          """)
      },
      after: { python in
        try python.run(LoadProgram.tools)
        try python.run("noted, lost = check(scratch + '/notes')")
        #expect(try python.run("len(noted) > 5, lost") == "(True, [])")
      })
  }

  /// Mounts a store on a disk of its own, runs `before`, takes the power away, and runs `after` on
  /// what is there when everything is mounted again.
  private func cutPower(
    options: [String] = [], before: (Python) throws -> Void, after: (Python) throws -> Void
  ) throws {
    try LoopImage.run(mebibytes: 200) { image in
      let store = image.point.appending("store")
      try Mounted.run(options: options, store: store) { mounted in
        let python = try mounted.python()
        try python.run("scratch = '\(mounted.scratch)'")
        try before(python)
        try image.cutPower()
        try mounted.killDaemon()
        python.close()
        try image.powerOn()
        try mounted.mount()
        let reader = try mounted.python()
        try reader.run("scratch = '\(mounted.scratch)'")
        try after(reader)
      }
    }
  }
}
