import Glibc
import SystemPackage
import TestSupport
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
    "D1, D2: after power cuts under load all that was acknowledged is there, nothing torn",
    arguments: LoopImage.FileSystem.allCases, ["close", "fsync"])
  func underLoad(type: LoopImage.FileSystem, durability: String) throws {
    let seed = Load.count("INTACT_SEED", default: Load.randomSeed())
    print("PowerCutTests: seed \(seed), \(type), durability=\(durability)")
    var generator = SeededGenerator(seed: UInt64(seed))
    let cuts = 4
    try LoopImage.run(type, mebibytes: 600) { image in
      let store = image.point.appending("store")
      try Mounted.run(options: ["durability=\(durability)"], store: store) { mounted in
        try Load.run(on: mounted, seed: seed, durability: durability) { load in
          for _ in 1...cuts {
            try load.start()
            usleep(.random(in: 50_000...1_500_000, using: &generator))
            try load.expectFailures()
            try image.cutPower()
            try load.wait()
            try mounted.killDaemon()
            try image.powerOn()
            try mounted.mount()
            try load.check()
          }
          print(
            """
            PowerCutTests: seed \(seed), \(type), durability=\(durability), \(cuts) cuts, \
            \(try load.acknowledged.inGroups) acknowledged changes, no violation
            """)
        }
      }
    }
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
