import SystemPackage
import Testing

/// A real tree of files, copied onto the mount.
@Suite struct TreeTests {
  @Test("cp -a of a tree, kill -9 of the daemon, mount again: diff -r finds nothing")
  func copyAndCrash() throws {
    try Mounted.run(limit: .seconds(180)) { mounted in
      let source = "/usr/include/linux"
      try mounted.shell("cp -a \(source) copy", limit: .seconds(100)).require()
      let tree =
        "find . -printf '%p %y %m %n %U:%G %s %T@ %l\\n' | grep -v '^[^ ]* d' | sort | sha256sum"
      let want = try mounted.shell("cd \(source); \(tree)").text
      for _ in 0..<2 {
        try mounted.shell("diff -r --no-dereference \(source) copy", limit: .seconds(60)).require()
        #expect(try mounted.shell("cd copy; \(tree)").text == want)
        try mounted.crash()
      }
      try mounted.remount()
      try mounted.shell("diff -r --no-dereference \(source) copy", limit: .seconds(60)).require()
      try mounted.shell("rm -r copy", limit: .seconds(60)).require()
      #expect(try mounted.shell("ls -A").text == "")
    }
  }

  @Test("a tree that is copied while the daemon is killed is there as far as it was acknowledged")
  func crashWhileCopying() throws {
    try Mounted.run(limit: .seconds(180)) { mounted in
      let source = "/usr/include/linux"
      let noted = mounted.scratch.appending("noted")
      let copy = try mounted.start(
        """
        cd \(source); find . -type d -exec mkdir -p \(mounted.point)/c/{} \\;
        find . -type f | while read -r f; do
          cp -p $f \(mounted.point)/c/$f && echo $f
        done > \(noted)
        """)
      try waitUntil("a hundred files are copied") {
        try mounted.shell("wc -l < \(noted) 2>/dev/null || echo 0").text.count > 2
      }
      try mounted.killDaemon()
      copy.end()
      try mounted.mount()
      try mounted.shell("while read -r f; do cmp \(source)/$f c/$f || exit 1; done < \(noted)")
        .require()
      // What was not acknowledged is there as a whole, or not at all.
      let different = mounted.scratch.appending("different")
      try mounted.shell(
        "cd c; find . -type f -exec cmp {} \(source)/{} \\; > \(different); ! [ -s \(different) ]"
      ).require()
    }
  }
}
