import SystemPackage
import Testing

/// What files, links and directories are and show, each side by side with ext4.
@Suite struct PosixFileTests {
  @Test("a link of a symlink is one more name of the symlink")
  func linkOfSymlink() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        publish('f', b'x'); os.symlink('f', 's'); os.symlink('gone', 'g')
        os.link('s', 's2', follow_symlinks=False); os.link('g', 'g2', follow_symlinks=False)
        """)
      #expect(try sides.same("os.lstat('s').st_nlink, os.stat('f').st_nlink") == "(2, 1)")
      try sides.same("os.readlink('s2'), os.readlink('g2'), os.path.samefile('s', 's2')")
      try sides.same("os.link('s', 'f2'); os.stat('f').st_nlink, os.lstat('s').st_nlink")
    }
  }

  @Test("R4: a file without a name can be read, written and changed until it is closed")
  func nameless() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        def state(fd):
            s = os.fstat(fd)
            return oct(s.st_mode), s.st_nlink, s.st_uid, s.st_gid, s.st_size
        publish('f', b'text', 0o600)
        reader, writer = os.open('f', os.O_RDONLY), os.open('f', os.O_RDWR)
        os.unlink('f')
        """)
      for step in [
        "os.pwrite(writer, b'more text', 2)", "os.fchmod(reader, 0o640)",
        "os.fchown(writer, 5, 6)", "os.ftruncate(writer, 7)", "os.utime(writer, ns=(1, 2))",
      ] {
        try sides.same(step)
        try sides.same("state(writer)")
        try sides.same("state(reader)[:4]")
      }
      // R2: the reader's content is that of its open.
      #expect(try sides.mounted.shell("ls -A").text == "")
      try sides.same("os.fstat(writer).st_mtime_ns, os.pread(writer, 100, 0)")
      try sides.same("os.fsync(writer); os.close(writer); os.close(reader)")
      try sides.same("os.mkdir('d'); fd = os.open('d', os.O_RDONLY); os.rmdir('d')")
      try sides.same("os.fchmod(fd, 0o711); oct(os.fstat(fd).st_mode), os.listdir(fd)")
      try sides.fails(.noSuchFileOrDirectory, "os.open('x', os.O_CREAT | os.O_RDWR, dir_fd=fd)")
      try sides.same("os.close(fd)")
    }
  }

  @Test("every kind of mknod, with its device number")
  func kinds() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        os.umask(0)
        for name in 'IFO', 'REG', 'SOCK', 'CHR', 'BLK':
            os.mknod(name, getattr(stat, 'S_IF' + name) | 0o640, os.makedev(259, 1048575))
        """)
      for name in ["IFO", "REG", "SOCK", "CHR", "BLK"] {
        try sides.same(
          "s = os.lstat('\(name)'); oct(s.st_mode), s.st_nlink, s.st_size, s.st_rdev")
      }
      try sides.same("oct(os.mknod('plain', 0o600) or os.stat('plain').st_mode)")
      try sides.fails(.noSuchAddressOrDevice, "os.open('SOCK', os.O_RDONLY)")
      try sides.fails(.permissionDenied, "os.open('CHR', os.O_RDONLY)")
      try sides.fails(.notPermitted, "os.mknod('dir', stat.S_IFDIR | 0o755)")
      try sides.same(
        """
        fd = os.open('IFO', os.O_RDWR); os.write(fd, b'through'); got = os.read(fd, 100)
        """)
      #expect(try sides.same("got") == "through")
    }
  }

  @Test("statx shows what stat shows")
  func statx() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        def statx(path, flags=0):
            buffer = ctypes.create_string_buffer(256)
            if libc.statx(-100, path.encode(), flags, 0xfff, buffer) != 0:
                raise OSError(ctypes.get_errno(), path)
            return buffer.raw
        def basics(path):
            # Mask, links, owner, group, mode, size and the time of change.
            raw = statx(path)
            mask, = struct.unpack_from('I', raw, 0)
            links, uid, gid, mode = struct.unpack_from('IIIH', raw, 16)
            size, = struct.unpack_from('Q', raw, 40)
            changed = struct.unpack_from('qI', raw, 64 + 48)
            return mask & 0x7ff, links, uid, gid, oct(mode), size, changed[0] > 1
        publish('f', b'text'); os.link('f', 'g'); os.chown('f', 3, 4)
        """)
      try sides.same("basics('f')")
      // A birth time would have to be asked for by a request that the library does not know.
      let asked = try sides.mounted.python()
      try asked.run(Self.birth)
      #expect(try asked.run("birth('f')") == "None")
      try sides.fails(.noSuchFileOrDirectory, "statx('none')")
    }
  }

  private static let birth = """
    def birth(path):
        buffer = ctypes.create_string_buffer(256)
        libc.statx(-100, path.encode(), 0, 0xfff, buffer)
        mask, = struct.unpack_from('I', buffer.raw, 0)
        return struct.unpack_from('qI', buffer.raw, 64 + 16) if mask & 0x800 else None
    """

  @Test("which times each call changes")
  func times() throws {
    try SideBySide.run { sides in
      try sides.same(Self.timeTools)
      for call in [
        "content('f')", "os.listdir('d')", "os.stat('f')", "os.readlink('s')", "read_map('f')",
        "put_at('f', b'x')", "put_at('f', b'')", "publish('f', b'new')", "publish('f', b'')",
        "os.truncate('f', 100)", "os.truncate('f', 100)", "os.truncate('f', 0)",
        "os.chmod('f', 0o600)", "os.chmod('f', 0o600)", "os.chown('f', 0, 0)",
        "os.chown('f', -1, -1)", "os.utime('f')", "os.utime('f', ns=(5, 6))",
        "os.link('f', 'd/g')", "os.rename('d/g', 'e/g')", "os.unlink('e/g')",
        "os.rename('f', 'd/f')", "renameat2('d/f', 'e/h', EXCHANGE)", "os.rename('e/h', 'f')",
        "os.mkdir('d/x')", "os.rename('d/x', 'e/x')", "os.rmdir('e/x')", "os.symlink('f', 'd/s')",
        "os.lchown('s', 1, 1)", "os.mknod('d/n')", "os.link('d/n', 'd/n2')",
        "os.rename('d/n', 'd/n2')", "sync_directory('d')", "os.chmod('d', 0o711)",
        "os.open('d/created', os.O_CREAT | os.O_RDONLY)", "publish('d/created', b'x')",
        "publish('d/other', b'x')", "os.rename('d/created', 'd/other')",
      ] {
        try sides.same("changes(lambda: \(call))")
      }
    }
  }

  private static let timeTools = """
    publish('f', b'first'); os.mkdir('d'); os.mkdir('e'); os.symlink('f', 's')
    publish('e/h', b'h')
    def all_times():
        found = {}
        for top, directories, files in os.walk('.'):
            directories.sort()
            for name in ['.'] + directories + sorted(files):
                s = os.lstat(top + '/' + name)
                found[s.st_ino] = (top + '/' + name, s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns)
        return found
    def changes(call):
        before = all_times()
        time.sleep(0.02)
        call()
        result = []
        for number, (name, *times) in all_times().items():
            old = before.get(number)
            if old is None:
                result.append((name, 'born', times[0] <= times[2]))
                continue
            changed = [word for word, x, y in zip('amc', times, old[1:]) if x != y]
            if changed: result.append((name, ''.join(changed)))
        return sorted(result)
    def put_at(path, data):
        fd = os.open(path, os.O_WRONLY); os.write(fd, data); os.close(fd)
    def read_map(path):
        fd = os.open(path, os.O_RDONLY)
        with mmap.mmap(fd, 0, prot=mmap.PROT_READ) as pages: pages[:]
        os.close(fd)
    def sync_directory(path):
        fd = os.open(path, os.O_RDONLY); os.fsync(fd); os.fdatasync(fd); os.close(fd)
    """
}
