import Testing

/// Scripts that exclude each other with flock(1).
@Suite struct LockingTests {
  /// Four shells that count in one file, which is right only if they exclude each other.
  private func count(_ step: String, limit: Duration = .seconds(30), _ mounted: Mounted) throws {
    try mounted.shell(
      """
      echo 0 > n; step() { local n; n=$(cat n); echo $((n + 1)) > n; }; export -f step
      for shell in 1 2 3 4; do
        (for i in 1 2 3 4 5 6 7 8 9 10; do \(step) || exit 1; done) & pids="$pids $!"
      done
      for pid in $pids; do wait $pid || exit 1; done; [ "$(cat n)" = 40 ] || { cat n; exit 2; }
      """, limit: limit
    ).require()
  }

  @Test("I3: flock FILE COMMAND excludes others", arguments: [false, true])
  func flockCommand(exists: Bool) throws {
    try Mounted.run { mounted in
      if exists { try mounted.shell("echo kept > lock").require() }
      try count("flock -w 20 lock bash -c step", mounted)
      #expect(try mounted.shell("cat lock").text == (exists ? "kept" : ""))
    }
  }

  @Test("I3: exec 9> FILE; flock 9 excludes others", arguments: [false, true])
  func flockDescriptor(exists: Bool) throws {
    try Mounted.run { mounted in
      if exists { try mounted.shell("echo kept > lock").require() }
      try count("(exec 9> lock; flock -w 20 9 && step)", mounted)
    }
  }

  @Test("I3: exec 9>> FILE and 9<> FILE exclude each other too, and flock -n says so at once")
  func otherModes() throws {
    try Mounted.run { mounted in
      try count("(exec 9>> lock; flock -w 20 9 && step)", mounted)
      try count("(exec 9<> lock; flock -w 20 9 && step)", mounted)
      try mounted.shell(
        """
        exec 9> lock; flock 9; for mode in '<' '>' '>>' '<>'; do
          ! bash -c "exec 8$mode lock; flock -n 8" || exit 1
        done
        flock -u 9; flock -n lock true || exit 2
        flock -s 9; bash -c 'exec 8< lock; flock -n -s 8' || exit 3
        ! bash -c 'exec 8< lock; flock -n -x 8' || exit 4
        exec 9>&-; flock -n lock true || exit 5
        """
      ).require()
    }
  }

  @Test("a lock goes with its killed holder")
  func killedHolder() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        timeout -s KILL 0.3 bash -c 'exec 9> lock; flock 9; echo x >&9; exec sleep 60' || true
        flock -w 5 lock true && bash -c 'exec 9> lock; flock -w 5 9'
        """
      ).require()
    }
  }
}
