import Testing

/// The checker of `Load` is only worth something if it finds what is wrong.
@Suite struct LoadCheckTests {
  @Test("what is lost, torn, doubled or out of order is found")
  func findsWhatIsWrong() throws {
    try Mounted.run { mounted in
      try Load.run(on: mounted, writers: 2, seed: 1) { load in
        try load.start(changes: 300)
        try load.wait()
        try load.note("end")
        func check() throws { try load.check(mounted.point, from: "end", to: "end") }
        try check()
        for damage in [
          "truncate -s -1 $(find 0 -type f -size +0 | head -n 1)",
          "printf x | dd of=$(find 1 -type f -size +100c | head -n 1) seek=50 bs=1 conv=notrunc",
          "rm $(find 1 -type f | head -n 1)", "mkdir 0/unasked", "touch unasked",
          "chmod 400 $(find 0 -type f | head -n 1)", "rm -r 1",
          "setfattr -n user.unasked -v x $(find 0 -type f | head -n 1)",
          "f=$(find 0 -type f | head -n 1); cp -p $f $f.new && mv $f.new 0/unasked",
          "truncate -s -1 journal", "cat journal >> journal.2; cat journal.2 >> journal; rm *.2",
        ] {
          try mounted.shell("cp -a . \(mounted.scratch)/kept; \(damage)").require()
          #expect(throws: (any Error).self, "\(damage)") { try check() }
          try mounted.shell(
            "rm -r *; cp -a \(mounted.scratch)/kept/. .; rm -r \(mounted.scratch)/kept"
          )
          .require()
          try check()
        }
        // The first of them did nothing any more long before the other began its last.
        #expect(throws: PythonFailure.self) { try load.checkOrder([0: 10, 1: 300]) }
        try load.checkOrder([0: 300, 1: 300])
      }
    }
  }
}
