import SystemPackage
import Testing

/// Wrong input: one clear line that names the path and the reason, and nothing changed.
@Suite struct BadInputTests {
  @Test(
    "mount refuses what it cannot mount",
    arguments: [
      ("file", "empty", "file"), ("filled", "empty", "filled"), ("none/store", "empty", "none"),
      ("store", "none", "none"), ("store", "file", "file"), ("store", "filled", "filled"),
      ("store", "file/x", "file"), ("file/x", "empty", "file"),
      ("-o nonsense store", "empty", "nonsense"), ("-o durability=never store", "empty", "never"),
      ("/proc/store", "empty", "/proc/store"),
    ])
  func mountRefuses(store: String, point: String, named: String) throws {
    try inScratch { shell in
      let refused = try shell.run("\(Executable.intact) mount \(store) \(point)")
      #expect(!refused.succeeded)
      expectOneLine(refused, naming: named)
    }
  }

  @Test(
    "unmount, status and verify refuse what is no mount or store",
    arguments: [
      ("unmount empty", "empty"), ("unmount none", "none"), ("unmount file", "file"),
      ("status empty", "empty"), ("status none", "none"), ("verify none", "none"),
      ("verify filled", "filled"), ("verify file", "file"), ("log none", "none"),
      ("log filled", "filled"),
    ])
  func othersRefuse(words: String, named: String) throws {
    try inScratch { shell in
      let refused = try shell.run("\(Executable.intact) \(words)")
      #expect(!refused.succeeded)
      expectOneLine(refused, naming: named)
    }
  }

  @Test("a mount that is in use is not unmounted, and the error names who uses it")
  func unmountBusy() throws {
    try Mounted.run { mounted in
      let user = try mounted.python()
      try user.run("fd = begin('f', b'staged')")
      let refused = try mounted.intact("unmount \(mounted.point)")
      #expect(refused.ending == .exited(75))
      #expect(refused.errors.contains("\(user.pid)"))
      expectOneLine(refused, naming: mounted.point.string)
      try user.run("os.close(fd)")
      #expect(try mounted.shell("cat f").text == "staged")
    }
  }

  @Test("a mount point that is mounted already is refused")
  func mountedAlready() throws {
    try Mounted.run { mounted in
      let other = mounted.scratch.appending("other")
      let refused = try mounted.intact("mount \(other) \(mounted.point)")
      #expect(!refused.succeeded)
      expectOneLine(refused, naming: mounted.point.string)
      try mounted.shell("! [ -e \(other) ]; echo works > f; cat f").require()
    }
  }

  @Test("mount without --foreground returns when the mount answers; the store is private")
  func background() throws {
    try inScratch { shell in
      let intact = Executable.intact
      try shell.run("\(intact) mount new empty").require()
      defer { _ = try? shell.run("\(intact) unmount empty || umount -l empty") }
      #expect(try shell.run("stat -c %a new; echo text > empty/f; cat empty/f").text == "700\ntext")
      try shell.run("\(intact) unmount empty").require()
      #expect(try shell.run("ls -A empty").text == "")
      try shell.run(
        "mkdir bare; \(intact) mount bare empty; cat empty/f 2>&1; \(intact) unmount empty"
      ).require()
      try shell.run("\(intact) mount -o ro new empty").require()
      let readOnly = try shell.run("cat empty/f; echo x > empty/f; rm empty/f; mkdir empty/d")
      #expect(readOnly.text == "text")
      #expect(readOnly.errors.components(of: "Read-only file system") == 3, "\(readOnly)")
      try shell.run("\(intact) unmount empty; \(intact) verify new").require()
      try shell.run("\(intact) mount new empty; \(intact) mount -o remount,ro new empty").require()
      #expect(try !shell.run("echo x > empty/f").succeeded)
      try shell.run("\(intact) mount -o remount,rw new empty; echo rw > empty/f").require()
      #expect(try shell.run("cat empty/f; umount empty").text == "rw")
    }
  }

  @Test("help and version succeed; a wrong word is a usage error")
  func usage() throws {
    try inScratch { shell throws in
      for words in ["--help", "--version", "help mount", "mount --help"] {
        #expect(try !shell.run("\(Executable.intact) \(words)").require().text.isEmpty)
      }
      #expect(try shell.run("\(Executable.intact) mownt a b").ending == .exited(64))
      #expect(try shell.run("\(Executable.intact) mount a").ending == .exited(64))
    }
  }

  private func expectOneLine(_ result: ShellResult, naming path: String) {
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 1 && result.output.isEmpty, "\(result)")
    #expect(result.errors.contains(path), "\(result)")
  }

  /// Runs `body` in a directory that has an empty directory, a filled one and a file, and expects
  /// that it changes none of them.
  private func inScratch(_ body: (Shell) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let place = directory.path.appending("place")
    let shell = Shell(directory: directory.path, scratch: directory.path)
    try shell.run("mkdir -p place/empty place/filled; echo x > place/filled/f; echo y > place/file")
      .require()
    let tree = "cd \(place); find empty filled file -printf '%p %y %m %T@\\n'"
    let before = try shell.run(tree).text
    try body(Shell(directory: place, scratch: directory.path))
    #expect(try shell.run(tree).text == before)
    #expect(try !shell.run("grep -F \(place) /proc/self/mounts").succeeded)
  }
}

extension String {
  /// How often `part` occurs.
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
