import CSQLite

/// A SQLite database as what an application keeps its small values in.
final class KeyValueFile {
  private let database: OpaquePointer
  private let statement: OpaquePointer

  /// Opens or makes it: WAL, each commit durable.
  init(_ path: String) throws {
    var opened: OpaquePointer?
    var prepared: OpaquePointer?
    try Self.check(sqlite3_open(path, &opened), "open")
    database = opened!
    sqlite3_busy_timeout(opened, 60_000)
    let setup = """
      PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
      CREATE TABLE IF NOT EXISTS entry (key INTEGER PRIMARY KEY, value BLOB);
      """
    try Self.check(sqlite3_exec(opened, setup, nil, nil, nil), "setup")
    let insertion = "INSERT OR REPLACE INTO entry VALUES (?, ?)"
    try Self.check(sqlite3_prepare_v2(opened, insertion, -1, &prepared, nil), "prepare")
    statement = prepared!
  }

  deinit {
    sqlite3_finalize(statement)
    sqlite3_close(database)
  }

  /// Returns when it is durable.
  func put(_ key: Int, _ bytes: [UInt8]) throws {
    sqlite3_bind_int64(statement, 1, Int64(key))
    try bytes.withUnsafeBytes { raw in
      sqlite3_bind_blob(statement, 2, raw.baseAddress, Int32(raw.count), nil)
      let result = sqlite3_step(statement)
      sqlite3_reset(statement)
      try Self.check(result == SQLITE_DONE ? SQLITE_OK : result, "put")
    }
  }

  private static func check(_ result: Int32, _ what: String) throws {
    guard result != SQLITE_OK else { return }
    throw Command.Failure(
      description: "sqlite \(what): \(String(cString: sqlite3_errstr(result)))")
  }
}
