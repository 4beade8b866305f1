import SystemPackage
import Testing

/// What changes through a descriptor take from a file that has got privileges through it, side by
/// side with the disk's file system.
@Suite struct DescriptorPrivilegeTests {
  /// Of a file of user and group 1000; the last is root without `CAP_FSETID`.
  private static let callers = [
    "as_user(0, [0], CALL)", "as_user(1000, [1000], CALL)", "as_user(1000, [2000], CALL)",
    "as_user(2000, [2000, 1000], CALL)", "as_user(3000, [3000], CALL)",
    "as_user(0, [0], without_fsetid(CALL))",
  ]

  private static let changes = [
    "os.write(fd, b'1')", "os.write(fd, b'')", "os.pwrite(fd, b'1', 5)",
    "os.writev(fd, [b'1', b'2'])", "os.ftruncate(fd, 1)", "os.posix_fallocate(fd, 0, 9)",
    "os.copy_file_range(source, fd, 3)", "os.sendfile(fd, source, 0, 3)", "append(b'1')",
    "os.fchown(fd, 1000, 1000)", "os.fchown(fd, -1, 2000)",
  ]

  private static let setUp = """
    capability = bytes([1, 0, 0, 2, 0, 4] + [0] * 14)
    publish('source', b'source')
    source = os.open('source', os.O_RDONLY)

    def without_fsetid(call):
        def calling():
            head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
            libc.capget(head, sets)
            sets[0] &= ~(1 << 4)
            assert libc.capset(head, sets) == 0
            return call()
        return calling

    def append(data):
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
        return os.write(fd, data)

    def change(flags, given, call):
        global fd
        fd = os.open('f', flags, 0o666)
        os.fchown(fd, 1000, 1000)
        os.setxattr(fd, 'security.capability', capability)
        os.fchmod(fd, given)
        done = call()
        seen = oct(os.fstat(fd).st_mode), os.listxattr(fd)
        os.close(fd)
        return done, seen, mode('f'), os.listxattr('f'), os.stat('f').st_size
    """

  @Test(
    "changes through a descriptor clear what was given to the file through it, as on ext4",
    arguments: [
      "os.O_WRONLY | os.O_TRUNC", "os.O_RDWR | os.O_TRUNC", "os.O_WRONLY | os.O_TRUNC | os.O_DSYNC",
      "os.O_WRONLY | os.O_TRUNC | os.O_APPEND", "os.O_WRONLY | os.O_CREAT | os.O_TRUNC",
      "os.O_WRONLY", "os.O_WRONLY | os.O_APPEND",
    ])
  func cleared(flags: String) throws {
    try Mounted.run(options: ["allow_other"], limit: .seconds(120)) { mounted in
      let both = try SideBySide(mounted)
      try both.run(Self.setUp)
      for caller in Self.callers {
        for given in ["0o6777", "0o2767"] {
          for change in Self.changes {
            try both.run("os.path.exists('f') and os.unlink('f')")
            if !flags.contains("O_CREAT") { try both.run("publish('f', b'before')") }
            let call = caller.replacing("CALL", with: "lambda: \(change)")
            try both.expectSame("change(\(flags), \(given), lambda: \(call))")
          }
        }
      }
    }
  }

  @Test("an open that truncates clears set-id bits of root without CAP_FSETID, as on ext4")
  func opened() throws {
    try Mounted.run(options: ["allow_other"]) { mounted in
      let both = try SideBySide(mounted)
      try both.run(Self.setUp)
      for given in ["0o4777", "0o6777", "0o2767"] {
        try both.run("publish('f', b'before'); os.chmod('f', \(given))")
        let call = "lambda: os.close(os.open('f', os.O_WRONLY | os.O_TRUNC))"
        try both.expectSame("as_user(0, [0], without_fsetid(\(call))), mode('f')")
      }
    }
  }
}
