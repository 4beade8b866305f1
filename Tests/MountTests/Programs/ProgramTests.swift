import SystemPackage
import Testing

/// The tools that every script uses, checked against the same job on the disk.
@Suite struct ProgramTests {
  @Test("a program leaves the same files as on a plain disk", arguments: ProgramJob.all)
  func sameAsOnDisk(job: ProgramJob) throws {
    try Mounted.run { try $0.compareWithDisk(job) }
  }

  @Test("mv into the mount and out of it keeps content, mode and times")
  func moveAcross() throws {
    try Mounted.run { mounted in
      let outside = mounted.scratch
      try mounted.shell(
        """
        set -e; cd \(outside); seq 100000 > f; chmod 604 f; touch -d 2020-01-01 f
        mkdir d; cp -p f d/
        sum=$(stat -c '%a %Y %s' f; sha256sum < f)
        cd \(mounted.point); mv \(outside)/f .; mv \(outside)/d .
        [ "$sum" = "$(stat -c '%a %Y %s' f; sha256sum < f)" ]
        [ "$sum" = "$(stat -c '%a %Y %s' d/f; sha256sum < d/f)" ]
        mv f d \(outside); [ -z "$(ls -A)" ]
        [ "$sum" = "$(stat -c '%a %Y %s' \(outside)/f; sha256sum < \(outside)/f)" ]
        """
      ).require()
    }
  }

  @Test("an editor's ways to save: truncate and write, rename over, backup and write")
  func editors() throws {
    try Mounted.run { mounted in
      let (editor, reader) = (try mounted.python(), try mounted.python())
      try editor.run("publish('f', b'0' * 1000)")
      try reader.send(
        """
        seen = set()
        while not os.path.exists('end'):
            data = content('f')
            assert len(data) == 1000 and data == data[:1] * 1000, data[:20]
            seen.add(data[:1])
        """)
      try editor.run(
        """
        for i in range(100):
            data = (b'%d' % (i % 10)) * 1000
            publish('f', data)
            fd = begin('.f.swp', data); os.fsync(fd); os.close(fd); os.rename('.f.swp', 'f')
            fd = begin('.f.new', data); os.rename('.f.new', 'f'); os.close(fd)
            if os.path.lexists('f~'): os.unlink('f~')
            os.link('f', 'f~'); publish('f', data)
        publish('end', b'')
        """)
      _ = try reader.receive()
    }
  }
}
