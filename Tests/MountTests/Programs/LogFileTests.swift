import Glibc
import SystemPackage
import Testing

/// Programs that append to logs, follow them, watch them and rotate them.
@Suite struct LogFileTests {
  /// Waits until what `start` runs has printed as many lines as `text` has.
  private func expect(_ text: String, in output: FilePath, of mounted: Mounted) throws {
    let last = text.split(separator: "\n").last!
    try waitUntil("\(last) in \(output)", limit: .seconds(10)) {
      try mounted.shell("grep -qxF -- '\(last)' \(output)").succeeded
    }
    #expect(try mounted.shell("cat \(output)").text == text)
  }

  @Test("R3, W3: tail -f shows each line that other processes append, when they append it")
  func tailFollows() throws {
    try Mounted.run { mounted in
      let output = mounted.scratch.appending("followed")
      try mounted.shell("echo first > log").require()
      let tail = try mounted.start("exec tail -n +1 -f log > \(output)")
      defer { tail.end() }
      try expect("first", in: output, of: mounted)
      try mounted.shell("echo second >> log").require()
      try expect("first\nsecond", in: output, of: mounted)
      // The writer keeps the log open, as a daemon does.
      let writer = try mounted.start("exec >> log; echo third; exec sleep 60")
      defer { writer.end() }
      try expect("first\nsecond\nthird", in: output, of: mounted)
    }
  }

  @Test("tail -F goes on with the new file when a log is renamed and begun again")
  func tailFollowsByName() throws {
    try Mounted.run { mounted in
      let output = mounted.scratch.appending("followed")
      try mounted.shell("echo first > log").require()
      let tail = try mounted.start("exec tail -n +1 -s 0.1 -F log > \(output) 2> /dev/null")
      defer { tail.end() }
      try expect("first", in: output, of: mounted)
      try mounted.shell("mv log log.1; echo second >> log").require()
      try expect("first\nsecond", in: output, of: mounted)
      try mounted.shell("echo third >> log").require()
      try expect("first\nsecond\nthird", in: output, of: mounted)
      try mounted.shell("(cat log; echo fourth) > new; mv new log").require()
      try waitUntil("the fourth line is shown", limit: .seconds(10)) {
        try mounted.shell("grep -qx fourth \(output)").succeeded
      }
    }
  }

  @Test("inotifywait on a directory tells what is made, written, renamed and removed")
  func inotify() throws {
    try Mounted.run { mounted in
      let output = mounted.scratch.appending("events")
      try mounted.shell("seq 9 > old").require()
      let wait = try mounted.start(
        "exec inotifywait -q -m --format '%e %f' . > \(output) 2> \(output).errors")
      defer { wait.end() }
      try waitUntil("inotifywait has begun") {
        // It says nothing under -q, but it answers as soon as it watches.
        try mounted.shell("touch .ready; rm .ready; grep -q ready \(output)").succeeded
      }
      try mounted.shell(
        "echo a > f; mv f g; seq 5 > old; sed -i s/5/6/ old; rm g; mkdir d; chmod 600 old"
      ).require()
      let wanted = [
        "CREATE f", "MODIFY f", "CLOSE_WRITE,CLOSE f", "MOVED_FROM f", "MOVED_TO g", "MODIFY old",
        "CLOSE_WRITE,CLOSE old", "MOVED_TO old", "DELETE g", "CREATE,ISDIR d", "ATTRIB old",
      ]
      for event in wanted {
        try waitUntil("\(event) is told", limit: .seconds(5)) {
          try mounted.shell("grep -qxF '\(event)' \(output)").succeeded
        }
      }
    }
  }

  /// Rotates under a writer that has the log open and counts on; returns how the lines ended up.
  private func rotate(_ how: String, reopens: Bool, _ mounted: Mounted) throws {
    let directory = mounted.point.appending("logs")
    try mounted.shell("mkdir -m 755 logs; : > logs/log").require()
    let configuration = mounted.scratch.appending("logrotate.conf")
    try mounted.shell(
      """
      printf '%s\\n' '\(directory)/log {' \(how) 'rotate 9' 'nocompress' '}' > \(configuration)
      """
    ).require()
    let writer = try mounted.start(
      """
      i=0; trap 'exec >> logs/log' HUP; exec >> logs/log
      while [ ! -e \(mounted.scratch)/end ]; do i=$((i + 1)); echo $i; sleep 0.005; done
      echo $i > \(mounted.scratch)/written
      """)
    defer { writer.end() }
    for round in 1...3 {
      usleep(150_000)
      try mounted.shell("logrotate -f -s \(mounted.scratch)/state \(configuration)").require()
      if reopens { writer.signal(SIGHUP) }
      try waitUntil("something is written after rotation \(round)", limit: .seconds(5)) {
        try mounted.shell("[ -s logs/log ]").succeeded
      }
    }
    try mounted.shell("touch \(mounted.scratch)/end").require()
    #expect(try writer.wait(limit: .seconds(10)) == .exited(0))
    try mounted.shell("[ -s logs/log.1 ] && [ -s logs/log.2 ] && [ -s logs/log.3 ]").require()
  }

  @Test("logrotate with create: every line that is written is in one of the logs, once")
  func rotateByRenaming() throws {
    try Mounted.run { mounted in
      try rotate("'create 640'", reopens: true, mounted)
      try mounted.shell(
        """
        cd logs; seq $(cat \(mounted.scratch)/written) > \(mounted.scratch)/want
        cat log.3 log.2 log.1 log | diff \(mounted.scratch)/want -; [ "$(stat -c %a log)" = 640 ]
        """
      ).require()
    }
  }

  @Test("logrotate with copytruncate: the open log begins anew, no line is torn or doubled")
  func rotateByCopying() throws {
    try Mounted.run { mounted in
      try rotate("copytruncate", reopens: false, mounted)
      // Lines between the copy and the truncation are lost on any file system.
      try mounted.shell(
        """
        cd logs; cat log.3 log.2 log.1 log > all; sort -nuc all; ! grep -vxE '[0-9]+' all
        [ "$(tail -n 1 log)" = "$(cat \(mounted.scratch)/written)" ]
        """
      ).require()
    }
  }
}
