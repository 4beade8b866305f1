import Testing

/// PostgreSQL, with its server killed, and with the daemon killed under it.
@Suite struct ServerTests {
  private func run(_ body: (Mounted, Postgres) throws -> Void) throws {
    try Mounted.run(options: ["allow_other"]) { mounted in
      let postgres = try Postgres(in: mounted)
      defer { postgres.end() }
      try postgres.start()
      try postgres.run("PGOPTIONS='-c max_parallel_maintenance_workers=0' pg pgbench -i -q -s 1")
      try body(mounted, postgres)
    }
  }

  /// The books have to balance, and every index has to fit its table.
  private func check(_ postgres: Postgres) throws -> Int {
    let sums = try postgres.query(
      """
      SELECT (SELECT sum(abalance) FROM pgbench_accounts) =
      (SELECT sum(tbalance) FROM pgbench_tellers)
      AND (SELECT sum(bbalance) FROM pgbench_branches) = (SELECT coalesce(sum(delta), 0)
      FROM pgbench_history) AND count(*) = 100000 FROM pgbench_accounts
      """)
    #expect(sums == "t")
    try postgres.run("pg pg_amcheck --install-missing --heapallindexed")
    return Int(try postgres.query("SELECT count(*) FROM pgbench_history"))!
  }

  @Test(
    "PostgreSQL: pgbench, the postmaster killed, recovery; then the same with the daemon killed")
  func oneClient() throws {
    try run { mounted, postgres in
      try postgres.run("pg pgbench -n -c 1 -t 200")
      try postgres.kill()
      try postgres.start()
      #expect(try check(postgres) == 200)
      try postgres.run("pg pgbench -n -c 1 -t 100; pg psql -X -q -c CHECKPOINT")
      try postgres.run("pg pgbench -n -c 1 -t 100")
      try mounted.killDaemon()
      postgres.end()
      try mounted.mount()
      try postgres.start()
      #expect(try check(postgres) == 400)
      _ = try postgres.query("VACUUM FREEZE pgbench_accounts")
      try postgres.stop()
      try postgres.run("pg pg_checksums --check -D $data 2>&1 | grep -q 'not enabled'")
    }
  }

  @Test("PostgreSQL: several clients at once, killed and recovered")
  func severalClients() throws {
    try run { _, postgres in
      try postgres.run("pg pgbench -n -c 4 -t 50")
      #expect(try check(postgres) == 200)
      try postgres.run("(pg pgbench -n -c 4 -T 20 || true) & sleep 1")
      try postgres.kill()
      try postgres.start()
      #expect(try check(postgres) > 200)
      _ = try postgres.query("DROP TABLE pgbench_history")
      _ = try postgres.query("CREATE DATABASE other")
      try postgres.stop()
    }
  }
}
