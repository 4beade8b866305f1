import SystemPackage
import Testing

/// Holes, `fallocate`, and copies that share their content.
@Suite struct SpaceTests {
  @Test("a sparse file of 1 TiB costs nothing, and tells where its data is")
  func sparse() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      let before = try mounted.status()
      try writer.run(
        """
        fd = begin('f', b'')
        os.ftruncate(fd, 1 << 40)
        os.pwrite(fd, b'island', 1 << 39)
        os.close(fd)
        fd = os.open('f', os.O_RDONLY)
        """)
      #expect(try mounted.status().bytesWritten - before.bytesWritten < 64 << 10)
      try mounted.crash()
      let reader = try mounted.python()
      try reader.run("fd = os.open('f', os.O_RDONLY)")
      #expect(try reader.run("os.fstat(fd).st_size == 1 << 40") == "True")
      #expect(try reader.run("os.fstat(fd).st_blocks < 100") == "True")
      #expect(try reader.run("os.lseek(fd, 0, os.SEEK_DATA) == 1 << 39") == "True")
      #expect(try reader.run("os.lseek(fd, 1 << 39, os.SEEK_HOLE) - (1 << 39)") == "4096")
      #expect(
        try reader.failure(of: "os.lseek(fd, (1 << 39) + 4096, os.SEEK_DATA)")
          == .noSuchAddressOrDevice)
      #expect(try reader.run("os.pread(fd, 8, (1 << 39) - 1)") == "\0island\0")
      try mounted.shell("[ $(du -k f | cut -f1) -lt 64 ] && cp f g && cmp -n 4096 f g").require()
    }
  }

  @Test("punched holes and zeroed ranges read as zeros, also after a crash")
  func punched() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        set -e
        head -c 1000000 /dev/urandom > f; cp f \(mounted.scratch)/f
        for at in f \(mounted.scratch)/f; do
          fallocate --punch-hole --offset 5000 --length 100000 $at
          fallocate --zero-range --offset 999000 --length 3000 $at
          fallocate --keep-size --length 5000000 $at
          fallocate --offset 1500000 --length 1000 $at
        done
        cmp f \(mounted.scratch)/f
        """
      ).require()
      try mounted.crash()
      try mounted.shell("cmp f \(mounted.scratch)/f").require()
      let collapse = try mounted.shell("fallocate --collapse-range --length 4096 f 2>&1")
      #expect(collapse.ending != .exited(0))
      #expect(collapse.text.contains("not supported"))
    }
  }

  @Test("cp in the mount shares the content: 1 GiB costs no new content in the store")
  func clone() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        "for i in $(seq 16); do head -c 64M /dev/zero | tr '\\0' $((i % 8)); done > f",
        limit: .seconds(120)
      )
      .require()
      let before = try mounted.status().liveBytes
      try mounted.shell("cp f g && cp --sparse=never f h", limit: .seconds(120)).require()
      let after = try mounted.status().liveBytes
      #expect(after - before < 32 << 20, "\(after - before) bytes")
      let writer = try mounted.python()
      try writer.run(
        "fd = os.open('g', os.O_RDWR); os.pwrite(fd, b'changed', 5 << 20); os.close(fd)")
      #expect(try writer.run("digest('f') == digest('h') != digest('g')") == "True")
      try mounted.shell("rm f").require()
      try mounted.crash()
      let reader = try mounted.python()
      #expect(try reader.run("content('g')[5 << 20:][:9]") == "changed11")
      #expect(try reader.run("len(content('h')), content('h')[-1:]") == "(1073741824, b'0')")
    }
  }

  @Test("copy_file_range copies what is only staged, between files and within one")
  func copyStaged() throws {
    try Mounted.run { mounted in
      let writer = try mounted.python()
      try writer.run(
        """
        publish('f', b'published ' * 1000)
        fd, to = os.open('f', os.O_RDWR), begin('g', b'')
        os.pwrite(fd, b'staged', 20)
        done = 0
        while done < 10000:
            count = os.copy_file_range(fd, to, 10000 - done, done, done)
            assert count > 0
            done += count
        assert os.copy_file_range(fd, to, 10, 10000, 0) == 0
        os.copy_file_range(fd, fd, 10, 0, 9995)
        os.close(to); os.close(fd)
        """)
      try writer.run("want = bytearray(b'published ' * 1000); want[20:26] = b'staged'")
      #expect(try writer.run("content('g') == want") == "True")
      #expect(
        try writer.run("content('f')[-15:], len(content('f'))") == "(b'publipublished ', 10005)")
      try writer.run("os.unlink('f')")
      try mounted.crash()
      #expect(try mounted.shell("head -c 30 g").text == "published published stagedhed ")
    }
  }
}
