import SystemPackage
import Testing

/// Wrong calls, each side by side with ext4: the same errors, and nothing changed.
@Suite struct PosixTests {
  @Test("names over 255 bytes and paths over 4095 are ENAMETOOLONG, shorter ones are not")
  func longNames() throws {
    try SideBySide.run { sides in
      try sides.same("publish('f', b'x'); os.mkdir('d'); long = 'n' * 256; fits = 'm' * 255")
      for call in [
        "publish(NAME, b'')", "os.mkdir(NAME)", "os.mknod(NAME)", "os.symlink('f', NAME)",
        "os.link('f', NAME)", "os.rename('f', NAME)", "os.unlink(NAME)", "os.rmdir(NAME)",
        "os.stat(NAME)", "os.chmod(NAME, 0o600)", "os.truncate(NAME, 0)", "os.listdir(NAME)",
        "os.rename(NAME, 'g')", "renameat2('f', NAME, EXCHANGE)", "os.readlink(NAME)",
      ] {
        for name in ["long", "'d/' + long", "'d/' * 2048 + 'f'"] {
          try sides.fails(.fileNameTooLong, call.replacing("NAME", with: name))
        }
      }
      try sides.same("publish(fits, b'x'); os.rename(fits, 'd/' + fits)")
      #expect(try sides.same("content('./' * 1900 + 'd/' + fits)") == "x")
      try sides.same("os.symlink('t' * 4095, 's')")
      try sides.fails(.fileNameTooLong, "os.symlink('t' * 4096, 't')")
      try sides.fails(.noSuchFileOrDirectory, "os.symlink('', 't')")
      try sides.same("sorted(os.listdir('.')), os.listdir('d')")
    }
  }

  @Test("files, directories and links that are taken for each other")
  func wrongKinds() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        publish('f', b'x'); os.makedirs('d/e'); publish('d/g', b''); os.symlink('d', 's')
        os.symlink('l2', 'l1'); os.symlink('l1', 'l2'); os.symlink('gone', 'g'); os.mkfifo('p')
        """)
      for (error, calls) in Self.wrongCalls {
        for call in calls { try sides.fails(error, call) }
      }
      try sides.same("sorted((d, sorted(n), sorted(f)) for d, n, f in os.walk('.'))")
      try sides.same("content('f'), os.readlink('s'), os.stat('d').st_nlink")
    }
  }

  private static let wrongCalls: [(Errno, [String])] = [
    (
      .isDirectory,
      [
        "os.unlink('d')", "os.open('d', os.O_WRONLY)", "os.open('d', os.O_RDONLY | os.O_CREAT)",
        "os.rename('f', 'd/e')", "os.truncate('d', 0)", "os.read(os.open('d', os.O_RDONLY), 1)",
        "os.open('s', os.O_RDWR)",
      ]
    ),
    (
      .notDirectory,
      [
        "os.rmdir('f')", "os.rmdir('s')", "os.stat('f/x')", "os.mkdir('f/x')", "os.listdir('f')",
        "os.rename('d', 'f')", "os.open('f', os.O_DIRECTORY)", "os.link('f', 'f/x')",
        "publish('f/x', b'')", "os.stat('f/')", "os.unlink('f/')",
        "os.open('s', os.O_DIRECTORY | os.O_NOFOLLOW)",
      ]
    ),
    (
      .directoryNotEmpty,
      ["os.rmdir('d')", "os.mkdir('x'); os.rename('x', 'd')", "os.rmdir('d/e/..')"]
    ),
    (
      .invalidArgument,
      [
        "os.rename('d', 'd/e/x')", "os.rename('d', 'd/x')", "renameat2('d', 'd/e', EXCHANGE)",
        "os.rmdir('d/.')", "os.readlink('f')", "os.truncate('f', -1)",
        "renameat2('f', 'f2', NOREPLACE | EXCHANGE)", "renameat2('f', 'f2', 64)",
        "os.ftruncate(os.open('f', os.O_RDONLY), 0)", "os.open('d', os.O_CREAT | os.O_DIRECTORY)",
        "os.lseek(os.open('f', os.O_RDONLY), -1, os.SEEK_SET)",
      ]
    ),
    (
      .tooManySymbolicLinkLevels,
      ["os.stat('l1')", "content('l1')", "publish('l1', b'')", "os.open('s', os.O_NOFOLLOW)"]
    ),
    (
      .noSuchFileOrDirectory,
      [
        "os.stat('g')", "os.unlink('none')", "os.rename('none', 'f')", "os.rmdir('none')",
        "os.link('none', 'x')", "publish('none/x', b'')", "renameat2('f', 'none', EXCHANGE)",
        "os.open('', os.O_RDONLY)", "os.truncate('none', 0)",
      ]
    ),
    (
      .fileExists,
      [
        "os.mkdir('f')", "os.mkdir('s')", "os.mknod('d')", "os.symlink('x', 'g')",
        "os.link('f', 'd')", "os.open('g', os.O_CREAT | os.O_EXCL | os.O_WRONLY)",
        "renameat2('f', 'd/g', NOREPLACE)", "os.mkdir('d/.')", "os.mkdir('d/e/..')",
      ]
    ),
    (.notPermitted, ["os.link('d', 'd2')"]),
    (.resourceBusy, ["os.rename('d/..', 'x')", "os.rename('.', 'x')"]),
    (.noSuchAddressOrDevice, ["os.open('p', os.O_WRONLY | os.O_NONBLOCK)"]),
    (.illegalSeek, ["os.lseek(os.open('p', os.O_RDWR), 0, os.SEEK_SET)"]),
    (
      .badFileDescriptor,
      [
        "os.write(os.open('f', os.O_RDONLY), b'x')", "os.read(os.open('f', os.O_WRONLY), 1)",
        "os.pwrite(os.open('d', os.O_RDONLY), b'x', 0)",
      ]
    ),
  ]

  @Test("another file system is EXDEV, for rename and link, both ways")
  func otherFileSystem() throws {
    try SideBySide.run { sides in
      try sides.same("publish('f', b'x'); os.mkdir('d'); here = os.getcwd()")
      let outside = sides.mounted.scratch
      try sides.mounted.shell("echo y > \(outside)/g").require()
      for call in [
        "os.rename('f', '\(outside)/f')", "os.link('f', '\(outside)/f')",
        "os.rename('d', '\(outside)/d')", "os.rename('\(outside)/g', 'g')",
        "os.link('\(outside)/g', 'g')",
      ] {
        try sides.fails(.improperLink, call)
      }
      try sides.same("sorted(os.listdir('.'))")
    }
  }

  @Test("EFBIG over the process's limit and over the largest offset; the file stays as it was")
  func tooLarge() throws {
    try SideBySide.run { sides in
      try sides.same("publish('f', b'x' * 10); fd = os.open('f', os.O_RDWR); top = (1 << 63) - 1")
      try sides.fails(.invalidArgument, "os.pwrite(fd, b'x', top)")
      try sides.fails(.invalidArgument, "os.ftruncate(fd, -1)")
      try sides.same(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        """)
      try sides.fails(.fileTooLarge, "os.truncate('f', 1001)")
      try sides.fails(.fileTooLarge, "os.ftruncate(fd, 1001)")
      try sides.fails(.fileTooLarge, "os.pwrite(fd, b'x', 1000)")
      #expect(try sides.same("os.pwrite(fd, b'y' * 20, 990)") == "10")
      try sides.same("os.close(fd); os.stat('f').st_size, content('f')[985:]")
    }
  }

  @Test("another user: EACCES without the right, EPERM for what is the owner's")
  func rights() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        os.chmod('.', 0o755); os.umask(0)
        publish('secret', b's', 0o600); publish('shown', b'r', 0o644); publish('all', b'w', 0o666)
        os.mkdir('closed', 0o700); os.mkdir('open', 0o777); os.mkdir('deep', 0o711)
        publish('closed/f', b'x', 0o666); publish('deep/f', b'x', 0o666)
        """)
      try sides.becomeNobody()
      for call in [
        "content('secret')", "os.open('shown', os.O_RDWR)", "os.truncate('shown', 0)",
        "publish('shown', b'')", "publish('new', b'')", "os.mkdir('new')", "os.unlink('all')",
        "os.rename('all', 'open/all')", "os.link('all', 'new')", "os.symlink('x', 'new')",
        "os.stat('closed/f')", "content('closed/f')", "os.listdir('closed')",
        "os.listdir('deep')", "os.rmdir('open')", "os.rename('open', 'open2')",
        "os.utime('shown')", "os.mknod('new')", "os.open('secret', os.O_RDONLY | os.O_CREAT)",
      ] {
        try sides.fails(.permissionDenied, call)
      }
      for call in [
        "os.chmod('all', 0o777)", "os.chown('all', 65534, -1)", "os.utime('all', (1, 1))",
        "os.mknod('open/dev', stat.S_IFCHR | 0o666, os.makedev(1, 3))",
        "os.fchmod(os.open('all', os.O_RDWR), 0o777)",
      ] {
        try sides.fails(.notPermitted, call)
      }
      try sides.same("publish('all', b'new'); publish('open/f', b'mine'); os.utime('all')")
      try sides.fails(.notPermitted, "os.chown('open/f', 0, -1)")
      try sides.same("os.chown('open/f', 65534, 65534); os.chmod('open/f', 0o6755)")
      try sides.same("oct(os.stat('open/f').st_mode), content('all'), content('deep/f')")
    }
  }

  @Test("in a sticky directory only the owner of a file or of the directory takes a name away")
  func sticky() throws {
    try SideBySide.run { sides in
      try sides.same(
        """
        os.umask(0); os.chmod('.', 0o755); os.mkdir('d'); os.chmod('d', 0o1777)
        publish('d/root', b'r', 0o666); os.mkdir('d/dir', 0o777)
        """)
      try sides.becomeNobody()
      try sides.same("publish('d/mine', b'm'); os.mkdir('d/own')")
      for call in [
        "os.unlink('d/root')", "os.rename('d/root', 'd/x')", "os.rename('d/mine', 'd/root')",
        "os.rmdir('d/dir')", "renameat2('d/mine', 'd/root', EXCHANGE)",
      ] {
        try sides.fails(.notPermitted, call)
      }
      try sides.same("os.rename('d/mine', 'd/moved'); os.unlink('d/moved'); os.rmdir('d/own')")
      try sides.same("sorted(os.listdir('d'))")
    }
  }
}
