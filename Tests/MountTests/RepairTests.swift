import SystemPackage
import Testing

/// `intact verify` and `intact repair` as a person uses them, on stores that are damaged on disk.
@Suite struct RepairTests {
  /// What a tree of files looks like, in Python: everything but what damage is allowed to change.
  private static let tools = """
    def picture(root):
        seen = {}
        for directory, names, files in os.walk(root):
            for name in sorted(names + files):
                path = os.path.join(directory, name); status = os.lstat(path)
                what = (status.st_mode, status.st_uid, status.st_gid, status.st_nlink,
                        status.st_size, status.st_mtime_ns, status.st_ino,
                        sorted((key, os.getxattr(path, key, follow_symlinks=False))
                               for key in os.listxattr(path, follow_symlinks=False)))
                if os.path.islink(path): what += (os.readlink(path),)
                elif os.path.isfile(path): what += (digest(path),)
                seen[os.path.relpath(path, root)] = repr(what)
        return seen
    def differences(before, after, lost):
        names = (set(before) | set(after)) - set(lost)
        return sorted(name for name in names if before.get(name) != after.get(name)
                      and not name.startswith('lost+found'))
    def flip(path, at):
        with open(path, 'r+b') as file:
            file.seek(at); byte = file.read(1); file.seek(at); file.write(bytes([byte[0] ^ 0x40]))
    def find(root, needle):
        for directory, _, names in os.walk(root):
            for name in names:
                path = os.path.join(directory, name)
                if (at := content(path).find(needle)) >= 0: return path, at
    """

  private static let files = """
    os.makedirs('d/e'); os.mkdir('empty')
    for i in range(40): publish('d/f%02d' % i, b'the needle %02d.' % i)
    os.link('d/f07', 'd/e/hard'); os.symlink('d/e', 'sym'); os.mkfifo('fifo')
    publish('large', b''.join(b'block %09d' % i for i in range(200000)))
    with open('sparse', 'wb') as file: file.truncate(20000000); file.seek(9000000); file.write(b'x')
    os.setxattr('large', 'user.key', b'value'); os.chmod('d/f01', 0o4751); os.chown('d/f02', 5, 6)
    os.utime('d/f03', (1, 2)); os.rename('d/f04', 'renamed'); os.unlink('d/f05')
    with open('log', 'ab') as file:
        for i in range(30): file.write(b'line %d' % i); file.flush()
    """

  @Test("F2: a commit damaged in the middle of the log costs its file alone, and that is named")
  func damagedCommit() throws {
    try damaged(closed: false) { mounted, tools in
      try tools.run("path, at = find('\(mounted.store)', b'the needle 07.'); flip(path, at)")
      let before = try fingerprint(of: mounted.store, mounted)
      #expect(try mounted.failToMount() == .exited(65))
      #expect(mounted.log.contains("intact repair"), "\(mounted.log)")
      let verify = try mounted.intact("verify \(mounted.store)")
      #expect(verify.ending == .exited(1))
      for path in ["d/f07", "d/e/hard"] { #expect(verify.text.contains(path), "\(verify)") }
      #expect(!verify.text.contains("d/f08"), "\(verify)")
      let dry = try mounted.intact("repair --dry-run \(mounted.store)")
      #expect(dry.ending == .exited(1))
      let repair = try mounted.intact("repair \(mounted.store) \(mounted.scratch)/saved")
      #expect(repair.ending == .exited(1))
      #expect(repair.text.contains("d/f07, d/e/hard") || repair.text.contains("d/e/hard, d/f07"))
      #expect(
        try fingerprint(of: mounted.store, mounted) == before, "the damaged store was changed")
      try check(mounted.scratch.appending("saved"), mounted, tools, lost: ["d/f07", "d/e/hard"])
    }
  }

  @Test("F3: damaged large content is saved but for the blocks that are damaged")
  func damagedContent() throws {
    try damaged(closed: true) { mounted, tools in
      try tools.run("path, at = find('\(mounted.store)', b'block 000100000'); flip(path, at)")
      let verify = try mounted.intact("verify \(mounted.store)")
      #expect(verify.ending == .exited(1))
      #expect(verify.text.contains("large: bytes"), "\(verify)")
      let repair = try mounted.intact("repair --in-place \(mounted.store)")
      #expect(repair.ending == .exited(1), "\(repair)")
      try check(mounted.store, mounted, tools, lost: ["large"]) { point in
        try tools.run(
          """
          data = b''.join(b'block %09d' % i for i in range(200000))
          kept = content(glob.glob('\(point)/lost+found/*')[0])
          start = 1500000 // 32768 * 32768; end = start + 32768
          """)
        let kept = try tools.run(
          """
          (len(kept) == len(data), kept[:start] == data[:start], kept[start:end] == bytes(32768),
           kept[end:] == data[end:])
          """)
        #expect(kept == "(True, True, True, True)")
      }
      // The damaged one is still there.
      #expect(try mounted.intact("verify \(mounted.store).damaged").ending == .exited(1))
    }
  }

  @Test("a damaged checkpoint loses nothing, a lost superblock neither")
  func damagedHeaders() throws {
    try damaged(closed: true) { mounted, tools in
      try tools.run(
        """
        for path in glob.glob('\(mounted.store)/checkpoint/0*'): flip(path, 5000)
        os.unlink('\(mounted.store)/superblock')
        """)
      #expect(try mounted.failToMount() == .exited(65))
      let verify = try mounted.intact("verify \(mounted.store)")
      #expect(verify.ending == .exited(1))
      #expect(verify.text.contains("superblock"), "\(verify)")
      let repair = try mounted.intact("repair \(mounted.store) \(mounted.scratch)/saved")
      #expect(repair.ending == .exited(0), "\(repair)")
      try check(mounted.scratch.appending("saved"), mounted, tools, lost: [])
    }
  }

  @Test("a segment that is gone is named, and what is left of the files is what they were")
  func missingSegment() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        for i in range(200): publish('f%03d' % i, b'%03d' % i * 70000)
        """)
      try mounted.shell("cp -a . \(mounted.scratch)/before").require()
      try mounted.killDaemon()
      mounted.mustVerify = false
      try mounted.intact("--version && rm \(mounted.store)/log/0000000000000002").require()
      #expect(try mounted.failToMount() == .exited(65))
      let verify = try mounted.intact("verify \(mounted.store)")
      #expect(verify.text.contains("log/0000000000000002"), "\(verify)")
      #expect(verify.text.contains("are lost"), "\(verify)")
      #expect(try mounted.intact("repair --in-place \(mounted.store)").ending == .exited(1))
      try mounted.mount()
      let tools = try mounted.python(in: mounted.scratch)
      try tools.run(
        """
        wrong = [name for name in os.listdir('\(mounted.point)') if name != 'lost+found'
                 and content('\(mounted.point)/' + name) != content('before/' + name)]
        """)
      let wrong = try tools.run("(wrong, len(os.listdir('\(mounted.point)')) > 50)")
      #expect(wrong == "([], True)")
    }
  }

  @Test("repair refuses what it should not touch, in one line")
  func refusals() throws {
    try Mounted.run { mounted in
      try mounted.shell("echo text > f").require()
      let scratch = mounted.scratch
      let busy = try mounted.intact("repair \(mounted.store) \(scratch)/saved")
      #expect(busy.ending == .exited(75), "\(busy)")
      try mounted.unmount()
      try mounted.intact("repair \(mounted.store) \(scratch)/saved").require()
      for (words, status) in [
        ("\(mounted.store) \(scratch)/saved", Int32(1)), ("\(mounted.store)", 64),
        ("\(mounted.store) \(mounted.store)/inside", 64), ("\(scratch)/none \(scratch)/new", 69),
        ("\(scratch)/saved/log \(scratch)/new", 65),
      ] {
        let refused = try mounted.intact("repair \(words)")
        #expect(refused.ending == .exited(status), "\(words): \(refused)")
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused)")
      }
      let sound = try mounted.intact("repair --in-place \(mounted.store)")
      #expect(sound.ending == .exited(0))
      let beside = try mounted.python(in: scratch).run("os.listdir('..')")
      #expect(!beside.contains("damaged") && !beside.contains("incomplete"), "\(beside)")
    }
  }

  /// Makes a store, and hands it over to be damaged.
  private func damaged(closed: Bool, _ body: (Mounted, Python) throws -> Void) throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(Self.tools)
      try writer.run(Self.files)
      try writer.run("json.dump(picture('.'), open('\(mounted.scratch)/before', 'w'))")
      if closed { try mounted.unmount() } else { try mounted.killDaemon() }
      mounted.mustVerify = false
      let tools = try mounted.python(in: mounted.scratch)
      try tools.run("import glob\n" + Self.tools)
      try body(mounted, tools)
    }
  }

  /// Expects that a repaired store is sound, and that each file is what it was, or is among what
  /// was lost and not there any more.
  private func check(
    _ store: FilePath, _ mounted: Mounted, _ tools: Python, lost: [String],
    _ body: (FilePath) throws -> Void = { _ in }
  ) throws {
    let verify = try mounted.intact("verify \(store)")
    #expect(verify.ending == .exited(0), "\(verify)")
    let point = mounted.scratch.appending("repaired")
    try mounted.intact("--version && mkdir \(point)").require()
    try mounted.intact("mount \(store) \(point)").require()
    defer { _ = try? mounted.intact("unmount \(point)") }
    let differences = try tools.run(
      "differences(json.load(open('before')), picture('\(point)'), \(lost))")
    #expect(differences == "[]")
    for path in lost { #expect(try tools.run("os.path.lexists('\(point)/\(path)')") == "False") }
    try body(point)
  }

  /// What is in a store: every file's name, time and content. The lock alone may change.
  private func fingerprint(of store: FilePath, _ mounted: Mounted) throws -> String {
    try Shell(directory: store, scratch: mounted.scratch).run(
      "find . -type f ! -name lock -printf '%p %s %T@\\n' -exec sha256sum {} +"
    ).require().text
  }
}
