import SystemPackage
import Testing

/// Databases in a file, used by several processes, and after the daemon has died under them.
@Suite struct DatabaseTests {
  /// SQLite's journals. Only with `EXTRA` does it flush the directory after it removed the journal,
  /// which is its commit in the first mode.
  static let journals = ["DELETE", "TRUNCATE", "PERSIST", "WAL"]

  @Test("SQLite: two processes that write at once lose nothing", arguments: journals)
  func sqliteWriters(journal: String) throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        database() {
          sqlite3 -bail -cmd '.timeout 20000' -cmd 'PRAGMA journal_mode=\(journal)' \
            -cmd 'PRAGMA synchronous=EXTRA' db "$1" > printed
        }
        database 'CREATE TABLE t(who, n, PRIMARY KEY (who, n))'
        work() {
          for i in $(seq 10); do
            database "BEGIN IMMEDIATE; INSERT INTO t VALUES('$1', $i);
              INSERT INTO t VALUES('$1', 1000 + (SELECT count(*) FROM t)); COMMIT" || exit 1
          done
        }
        work a & first=$!; work b & second=$!
        wait $first && wait $second
        """, limit: .seconds(60)
      ).require()
      for _ in 0..<2 {
        let checked = try mounted.shell(
          "sqlite3 db 'PRAGMA integrity_check; SELECT count(*), count(DISTINCT who) FROM t'")
        #expect(checked.text == "ok\n40|2")
        try mounted.crash()
      }
    }
  }

  @Test("SQLite: connections held open see each other's commits", arguments: journals)
  func sqliteConnections(journal: String) throws {
    try Mounted.run { mounted in
      let pair = [try mounted.python(), try mounted.python()]
      try pair[0].run("import sqlite3")
      try pair[0].run(
        """
        c = sqlite3.connect('db', isolation_level=None); c.execute('PRAGMA journal_mode=\(journal)')
        c.execute('CREATE TABLE t(x)'); c.execute('INSERT INTO t VALUES(0)')
        """)
      try pair[1].run("import sqlite3; c = sqlite3.connect('db', isolation_level=None, timeout=20)")
      for round in 1...20 {
        try pair[round % 2].run("c.execute('UPDATE t SET x = x + 1')")
        let seen = try pair[(round + 1) % 2].run("c.execute('SELECT x FROM t').fetchone()[0]")
        #expect(seen == String(round))
        if round % 5 == 0 { try pair[0].run("c.execute('PRAGMA wal_checkpoint(RESTART)')") }
      }
      #expect(try pair[1].run("c.execute('PRAGMA integrity_check').fetchone()[0]") == "ok")
    }
  }

  @Test("SQLite: every transaction that was committed is there after a crash", arguments: journals)
  func sqliteCrash(journal: String) throws {
    try crash(
      open: """
        import sqlite3
        def database():
            c = sqlite3.connect('db', isolation_level=None, timeout=20)
            c.execute('PRAGMA journal_mode=\(journal)'); c.execute('PRAGMA synchronous=EXTRA')
            c.execute('CREATE TABLE IF NOT EXISTS t(x INTEGER PRIMARY KEY, y)')
            return c
        def add(c, i): c.execute('INSERT INTO t VALUES(?, ?)', (i, 'x' * (i % 3000)))
        def found(c):
            assert c.execute('PRAGMA integrity_check').fetchone()[0] == 'ok'
            assert all(y == 'x' * (x % 3000) for x, y in c.execute('SELECT x, y FROM t'))
            return c.execute('SELECT count(*) FROM t').fetchone()[0]
        """)
  }

  @Test(
    "LMDB: every transaction that was committed is there after a crash", arguments: [false, true])
  func lmdbCrash(writemap: Bool) throws {
    try crash(open: lmdb(writemap: writemap))
  }

  /// The same for any database: `database()`, `add(c, i)`, which commits, and `found(c)`, how many
  /// there are.
  private func crash(open: String) throws {
    try Mounted.run { mounted in
      var acknowledged = 0
      for _ in 0..<2 {
        let writer = try mounted.python()
        try writer.run(open)
        try writer.run("c = database(); done = found(c)")
        try writer.send(
          """
          try:
              while True: add(c, done); done += 1
          except Exception as error: failure = error
          """)
        #expect(!writer.hasAnswer(within: .milliseconds(400)))
        try mounted.killDaemon()
        _ = try writer.receive()
        acknowledged = Int(try writer.run("done"))!
        writer.close()
        try mounted.mount()
        let reader = try mounted.python()
        try reader.run(open)
        // The last one may have been committed without its writer having been told.
        let found = Int(try reader.run("found(database())"))!
        #expect(found == acknowledged || found == acknowledged + 1)
        reader.close()
      }
      #expect(acknowledged > 10)
    }
  }

  private func lmdb(writemap: Bool) -> String {
    """
    sys.path.append('/usr/lib/python3/dist-packages')
    import lmdb
    def database():
        return lmdb.open('env', map_size=64 << 20, writemap=\(writemap ? "True" : "False"))
    def add(c, i):
        with c.begin(write=True) as t: t.put(b'%09d' % i, b'x' * (i % 3000))
    def found(c):
        with c.begin() as t:
            all = list(t.cursor())
            assert all == [(b'%09d' % i, b'x' * (i % 3000)) for i in range(len(all))]
            return len(all)
    """
  }

  @Test(
    "LMDB: two processes that write in turn see each other's commits", arguments: [false, true])
  func lmdbWriters(writemap: Bool) throws {
    try Mounted.run { mounted in
      let pair = [try mounted.python(), try mounted.python()]
      for python in pair {
        try python.run(lmdb(writemap: writemap))
        try python.run("c = database()")
      }
      for number in 0..<40 {
        try pair[number % 2].run("add(c, \(number))")
        #expect(try pair[(number + 1) % 2].run("found(c)") == String(number + 1))
      }
      for python in pair { try python.send("for i in range(40, 140): add(c, i)") }
      for python in pair { _ = try python.receive() }
      #expect(try pair[0].run("found(c)") == "140")
    }
  }
}
