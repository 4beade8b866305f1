import SystemPackage
import Testing

/// What programs see when the disk fails under a mount (F1): the store lies on an ext4 of its own,
/// which takes no writes any more from one moment on.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FailedFlushTests {
  @Test("F1: names and attributes that were not durable have gone at once, for everybody")
  func names() throws {
    try failDisk(
      before: { python throws in
        try python.run(
          """
          for name in ('old', 'moved', 'removed', 'linked'): publish(name, name.encode() * 1000)
          os.makedirs('kept/empty'); os.symlink('old', 'link'); os.mkfifo('fifo')
          """)
      },
      lost: { python throws in
        try python.run(
          """
          os.makedirs('made/inner'); os.rename('moved', 'renamed'); os.unlink('removed')
          os.rename('kept', 'kept too'); os.rmdir('kept too/empty'); os.chmod('old', 0o600)
          os.unlink('link'); os.symlink('fifo', 'link too'); os.rename('fifo', 'pipe')
          os.setxattr('linked', 'user.x', b'1')
          new = {'made', 'renamed', 'kept too', 'link too', 'pipe'}
          assert new <= set(os.listdir('.')) and {'./' + name for name in new} <= set(seen())
          inside = os.open('made/inner', os.O_RDONLY)
          """)
      },
      after: { python throws in
        #expect(try python.run("os.listdir(inside)") == "[]")
        #expect(try python.run("os.fstat(inside).st_nlink") == "0")
        // The directory that the kernel saw removed is one that can be entered again.
        try python.run("os.chdir('kept/empty'); os.chdir('../..')")
        #expect(try python.failure(of: "os.mkdir('kept/empty/x')") == .readOnlyFileSystem)
      })
  }

  @Test("F1: appends that were not durable have gone at once, from every reader")
  func appends() throws {
    try failDisk(
      before: { python throws in
        try python.run(
          """
          publish('log', b'durable ' * 1000)
          reader = os.open('log', os.O_RDONLY)
          whole(reader)
          mapped = mmap.mmap(reader, 0, prot=mmap.PROT_READ)
          """)
      },
      lost: { python throws in
        try python.run("appending = os.open('log', os.O_WRONLY | os.O_APPEND)")
        try python.run("for i in range(20): put(appending, b'lost ' * 100)")
        #expect(
          try python.run("os.fstat(appending).st_size, os.stat('log').st_size")
            == "(18000, 18000)")
        #expect(try python.run("content('log')[-5:]") == "lost ")
      },
      after: { python throws in
        #expect(try python.run("os.fstat(appending).st_size") == "8000")
        #expect(try python.run("os.fstat(reader).st_size, len(content('log'))") == "(8000, 8000)")
        #expect(try python.run("os.pread(reader, 20000, 0) == b'durable ' * 1000") == "True")
        #expect(try python.run("mapped[:8000] == b'durable ' * 1000") == "True")
        for call in ["os.fsync(appending)", "os.write(appending, b'x')", "os.fsync(appending)"] {
          #expect(try python.failure(of: call) == .ioError, "\(call)")
        }
        #expect(try python.failure(of: "os.close(appending)") == .ioError)
      })
  }

  @Test("F1, D2: what was closed with durability=fsync and not durable has gone at once")
  func closes() throws {
    try failDisk(
      options: ["durability=fsync"],
      before: { python throws in try python.run("publish('old', b'durable'); publish('other', b'')")
      },
      lost: { python throws in
        try python.run("publish('old', b'replaced'); publish('new', b'created')")
        #expect(try python.run("content('old'), content('new')") == "(b'replaced', b'created')")
        try python.run("new, old = os.open('new', os.O_RDONLY), os.open('old', os.O_RDONLY)")
        try python.run("writer = os.open('new', os.O_RDWR); put(writer, b'CREA')")
        try python.run("staged = begin('other', b'never published')")
        try python.run("pending = begin('pending', b'never published')")
      },
      after: { python throws in
        #expect(try python.run("content('old')") == "durable")
        // Who has what has gone open reads on, as in a file that was unlinked.
        #expect(try python.run("os.fstat(new).st_nlink, whole(new)") == "(0, b'created')")
        #expect(try python.run("whole(old)") == "replaced")
        #expect(try python.failure(of: "os.close(writer)") == .ioError)
        for descriptor in ["staged", "pending"] {
          #expect(try python.failure(of: "os.write(\(descriptor), b'x')") == .readOnlyFileSystem)
          #expect(try python.failure(of: "os.close(\(descriptor))") == .readOnlyFileSystem)
        }
      })
  }

  /// Runs `before`, makes that durable and has the kernel remember it; runs `lost`, lets the disk
  /// fail before that is durable. Then what was durable must be there and nothing else, at once and
  /// after another mount; `after` looks at what is particular.
  private func failDisk(
    options: [String] = [], before: (Python) throws -> Void, lost: (Python) throws -> Void,
    after: (Python) throws -> Void
  ) throws {
    try LoopImage.run(mebibytes: 200) { image in
      let store = image.point.appending("store")
      try Mounted.run(options: options, store: store) { mounted in
        let python = try mounted.python()
        try python.run("scratch = '\(mounted.scratch)'\n" + Self.tools)
        try python.run("publish('synced', b'')")
        try before(python)
        // The kernel remembers what has not changed for a while.
        try python.run("sync(); time.sleep(2.5); seen(); note(seen())")
        try image.failWrites {
          try lost(python)
          try python.run("lost |= set(seen())")
        }
        #expect(try python.failure(of: "sync()") == .ioError)
        try expectUnchanged(python)
        try after(python)
        try expectReadOnly(python, mounted)
        try expectUnchanged(python)
        try mounted.killDaemon()
        python.close()
        try image.powerOn()
        try mounted.mount()
        let reader = try mounted.python()
        try reader.run("scratch = '\(mounted.scratch)'\n" + Self.tools)
        try expectUnchanged(reader)
      }
    }
  }

  private func expectUnchanged(_ python: Python) throws {
    let changed = try python.run("changed()")
    #expect(changed == "[]")
  }

  private func expectReadOnly(_ python: Python, _ mounted: Mounted) throws {
    let calls = [
      "os.mkdir('refused')", "os.chmod('.', 0o700)", "os.open('refused', os.O_CREAT | os.O_RDWR)",
      "sync()",
    ]
    for call in calls {
      #expect(try python.failure(of: call) == .readOnlyFileSystem, "\(call)")
    }
    let status = try mounted.status()
    #expect(status.readOnly && status.failure != nil)
    #expect(mounted.log.contains("taken back"), "\(mounted.log)")
  }

  private static let tools = #"""
    # Of a file: the kernel holds a directory while it is synced, and forgets no name in it then.
    def sync():
        file = os.open('synced', os.O_RDONLY)
        try: os.fsync(file)
        finally: os.close(file)

    # What a path shows, but for the times of access; None if it leads nowhere.
    def look(path):
        try: s = os.lstat(path)
        except FileNotFoundError: return None
        kind = stat.S_IFMT(s.st_mode)
        return (s.st_ino, s.st_mode, s.st_nlink, s.st_size, s.st_blocks, s.st_mtime_ns,
          s.st_ctime_ns, os.listxattr(path, follow_symlinks=False),
          os.readlink(path) if kind == stat.S_IFLNK
          else content(path) if kind == stat.S_IFREG else None)

    def paths(top='.'):
        found = [top]
        for name in os.listdir(top):
            path = os.path.join(top, name)
            found += paths(path) if stat.S_ISDIR(os.lstat(path).st_mode) else [path]
        return found

    def seen(): return {path: look(path) for path in paths()}

    def note(found):
        with open(scratch + '/noted', 'w') as file: file.write(repr(found))

    # What is not as it was noted. Nothing is listed before all has been looked at: the kernel asks
    # again for what it lists.
    lost = set()
    def changed():
        with open(scratch + '/noted') as file: was = eval(file.read())
        now = {path: look(path) for path in lost | set(was)}
        now.update(seen())
        return [(path, was.get(path), now[path]) for path in now if was.get(path) != now[path]]
    """#
}
