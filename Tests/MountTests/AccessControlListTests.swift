import SystemPackage
import Testing

/// POSIX ACLs, side by side with the disk's file system: the kernel decides by them, the daemon
/// keeps them.
@Suite struct AccessControlListTests {
  @Test("ACLs and modes keep in step as on ext4")
  func modes() throws {
    try Mounted.run { mounted in
      let both = try SideBySide(mounted)
      try both.run("publish('f', b'x'); os.mkdir('d'); os.symlink('f', 'l')")
      try both.run(
        "def seen(p): return sh(f'getfacl -cn {p}; stat -c %a {p}; getfattr -d -m - {p}')")
      for script in [
        "setfacl -m u:1000:rw,g:1001:r f", "chmod 604 f", "chmod g+rwx f", "setfacl -m m::r f",
        "setfacl -x u:1000 f", "setfacl -b f", "setfacl -m u::rwx,g::rx,o::- f", "setfacl -k f",
        "setfacl -m u:1000:rw f; setfacl -x u:1000 f", "chmod 4755 f; setfacl -m u:1000:rw f",
        "setfacl -d -m u:1000:rwx f", "setfacl -d -m u:1000:rwx,o:- d", "chmod 700 d",
        "setfacl -k d", "setfacl -h -m u:1000:r l", "setfattr -n system.posix_acl_access -v 1 f",
      ] {
        try both.expectSame("sh('\(script)')")
        try both.expectSame("(seen('f'), seen('d'))")
      }
    }
  }

  @Test("what is made in a directory inherits its default ACL, else the umask counts")
  func inheritance() throws {
    try Mounted.run { mounted in
      let both = try SideBySide(mounted)
      try both.run("os.mkdir('d'); os.mkdir('plain')")
      try both.expectSame("sh('setfacl -d -m u:1000:rwx,g:1001:rx,o:- d')")
      try both.run("os.mkdir('m'); sh('setfacl -d -m u::rwx,g::r,o::- m')")
      for umask in ["0o022", "0o077", "0"] {
        try both.run("os.umask(\(umask))")
        for directory in ["d", "m", "plain"] {
          try both.run(
            """
            os.chdir('\(directory)')
            publish('file', b'x', mode=0o666); publish('program', b'', mode=0o777)
            os.close(os.open('read', os.O_RDONLY | os.O_CREAT, 0o666))
            os.mkdir('sub', 0o777); os.mkfifo('pipe', 0o666); os.symlink('x', 'link')
            os.mkdir('sub/sub', 0o750); publish('sub/file', b'', mode=0o4755)
            os.link('file', 'hard')
            os.chdir('..')
            """)
          try both.expectSame("listing('\(directory)')")
          try both.run("sh('rm -r \(directory)/*')")
        }
      }
    }
  }

  @Test("N1: a pending name has the ACL that it will be published with, and chmod changes it")
  func pending() throws {
    try Mounted.run { mounted in
      let both = try SideBySide(mounted)
      try both.run("os.mkdir('d'); sh('setfacl -d -m u:1000:rw d')")
      try both.run("fd = begin('d/f', b'x', mode=0o666)")
      try both.expectSame("oct(os.fstat(fd).st_mode), os.getxattr(fd, 'system.posix_acl_access')")
      try both.run("os.fchmod(fd, 0o640)")
      try both.expectSame("oct(os.fstat(fd).st_mode), os.getxattr(fd, 'system.posix_acl_access')")
      try both.run("os.close(fd)")
      let seen = try both.expectSame("sh('getfacl -cn d/f; stat -c %a d/f')")
      try mounted.crash()
      #expect(try mounted.shell("getfacl -cn d/f; stat -c %a d/f; printf 0").text == seen)
    }
  }

  @Test("W5, I1: an ACL stays when a file is replaced, and is staged through a descriptor")
  func replaced() throws {
    try Mounted.run { mounted in
      let both = try SideBySide(mounted)
      try both.run("publish('f', b'x'); sh('setfacl -m u:1000:rw,g:77:r f'); publish('f', b'y')")
      try both.expectSame("sh('getfacl -n f')")
      try both.run("acl = os.getxattr('f', 'system.posix_acl_access'); publish('g', b'z')")
      try both.run("fd = begin('g', b'new'); os.setxattr(fd, 'system.posix_acl_access', acl)")
      try both.expectSame("oct(os.fstat(fd).st_mode)")
      #expect(try both.here.run("os.listxattr('g'), mode('g')") == "([], '0o100644')")
      try both.run("os.close(fd)")
      let seen = try both.expectSame("sh('getfacl -n f g')")
      try mounted.crash()
      #expect(try mounted.shell("getfacl -n f g; printf 0").text == seen)
    }
  }

  @Test("the kernel decides by the ACL, at once after each change, on old versions too")
  func enforced() throws {
    try Mounted.run(options: ["allow_other"]) { mounted in
      let both = try SideBySide(mounted)
      try both.run(
        """
        publish('f', b'x', mode=0o600); name = 'system.posix_acl_access'
        def may():
            answers = []
            for uid, groups in ((1000, [1]), (1001, [1]), (1001, [77]), (1001, [1, 77])):
                for flags in (os.O_RDONLY, os.O_RDWR):
                    answers.append(as_user(uid, groups, lambda: os.close(os.open('f', flags))))
            return answers
        """)
      try both.expectSame("may()")
      for script in [
        "setfacl -m u:1000:r,g:77:rw f", "setfacl -m m::r f", "chmod 600 f", "chmod 660 f",
        "echo new > f", "setfacl -m u:1000:- f", "setfacl -b f", "setfacl -m u:1001:rw f",
      ] {
        try both.run("fd = os.open('f', os.O_RDONLY)")
        try both.expectSame("sh('\(script)'), may()")
        try both.run("os.close(fd)")
      }
      try both.run("sh('setfacl -m u:1000:rw f'); acl = os.getxattr('f', name)")
      for staged in [
        "os.setxattr(fd, name, acl)", "os.removexattr(fd, name); os.fchmod(fd, 0o600)",
      ] {
        try both.run("fd = os.open('f', os.O_RDWR); \(staged); os.close(fd)")
        try both.expectSame("may()")
      }
      try both.run("os.mkdir('d', 0o700); publish('d/f', b'x')")
      try both.expectSame("as_user(1000, [1], lambda: os.listdir('d'))")
      try both.expectSame(
        "sh('setfacl -m u:1000:rx d'), as_user(1000, [1], lambda: os.listdir('d'))")
      try both.expectSame("as_user(1000, [1], lambda: os.unlink('d/f'))")
      try both.expectSame("as_user(1000, [1], lambda: sh('setfacl -m u:1000:rwx d'))")
    }
  }
}
