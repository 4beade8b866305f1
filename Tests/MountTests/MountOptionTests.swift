import SystemPackage
import Testing

/// What the words of `-o` do to the files of a mount.
@Suite struct MountOptionTests {
  @Test("set-id bits and devices work with suid and dev, and by default they do not")
  func privileges() throws {
    for (options, user, device) in [
      (["allow_other"], "1000", "refused"), (["allow_other", "suid", "dev"], "0", "0"),
    ] {
      try Mounted.run(options: options) { mounted in
        let result = try mounted.shell(
          """
          set -e
          cp /usr/bin/id . && chmod 4755 id
          setpriv --reuid=1000 --clear-groups ./id -u
          mknod zero c 1 5
          (head -c 1 zero | od -An -tu1 | tr -d ' ') 2> /dev/null | grep . || echo refused
          """)
        #expect(result.text == "\(user)\n\(device)", "\(options)")
      }
    }
  }

  @Test("noexec refuses to run programs, exec does not")
  func execution() throws {
    for (options, status) in [(["noexec"], 126), (["exec"], 0)] as [([String], Int32)] {
      try Mounted.run(options: options) { mounted in
        let result = try mounted.shell("cp /bin/true . && ./true")
        #expect(result.ending == .exited(status))
      }
    }
  }

  @Test("reading changes no access time")
  func accessTimes() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        set -e; echo x > f; mkdir d; touch -a -d 2001-01-01 f d
        cat f; ls d; sleep 0.1
        [ $(stat -c %X f) = $(date -d 2001-01-01 +%s) ]
        [ $(stat -c %X d) = $(date -d 2001-01-01 +%s) ]
        """
      ).require()
    }
  }

  @Test("O_DIRECT reads and writes like any other open")
  func direct() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        set -e; head -c 1048576 /dev/urandom > f
        dd if=f of=g bs=4096 iflag=direct oflag=direct status=none; cmp f g
        dd if=f of=g bs=65536 seek=3 conv=notrunc,fsync oflag=direct status=none
        cmp f <(tail -c +196609 g); cmp -n 196608 f g
        """
      ).require()
    }
  }
}
