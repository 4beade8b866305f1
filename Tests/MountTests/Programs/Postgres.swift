import SystemPackage
import Testing

/// A PostgreSQL cluster in the mount, run as the user `postgres`, and ended with the test.
struct Postgres {
  private let mounted: Mounted
  /// Defines `pg`, which runs one of PostgreSQL's programs as its user, and where things are.
  private let setting: String

  /// Makes a cluster; the mount has to let other users in.
  init(in mounted: Mounted) throws {
    self.mounted = mounted
    let beside = mounted.scratch.appending("postgres")
    setting = """
      set -e; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); data=\(mounted.point)/data
      log=\(beside)/log; export PGHOST=\(beside) PGDATABASE=postgres; cd \(beside)
      pg() { setpriv --reuid=postgres --regid=postgres --init-groups "$bin/$1" "${@:2}"; }
      """
    // Its sockets have to be where user postgres gets to: the directories above are not listed.
    try mounted.shell(
      """
      chmod o+x \(mounted.scratch.removingLastComponent()) \(mounted.scratch)
      mkdir \(beside); chown postgres: \(beside)
      mkdir -m 700 data; chown postgres: data
      """
    ).require()
    try run("pg initdb -D $data -A trust -E UTF8 --no-locale --no-instructions")
  }

  /// Outside the mount, which a test may have killed.
  private var shell: Shell { Shell(directory: mounted.scratch, scratch: mounted.scratch) }

  /// Runs a script with `pg`.
  @discardableResult
  func run(_ script: String) throws -> ShellResult {
    do {
      return try shell.run("\(setting)\n\(script)", limit: .seconds(60)).require()
    } catch {
      let log = try shell.run("tail -n 15 \(mounted.scratch)/postgres/log").text
      throw TestFailure("\(error)\n\(log)")
    }
  }

  /// Starts the server, which recovers first if it was killed.
  func start() throws {
    // Its segments for other processes stay small, and no other server on this machine is met.
    try run(
      """
      options="-c listen_addresses= -k $PGHOST -c shared_buffers=8MB"
      pg pg_ctl -D $data -w -t 30 -l $log -o "$options" start
      """)
  }

  /// Stops it as an administrator does.
  func stop() throws { try run("pg pg_ctl -D $data -m fast -w -t 30 stop") }

  /// Kills the postmaster, and waits until its children have noticed and ended by themselves.
  func kill() throws { try run("\(Self.ending); end_postmaster") }

  /// Ends what is left of it, after whatever happened; the mount may be gone.
  func end() { _ = try? run("\(Self.ending); end_postmaster with-children") }

  /// Finds the server by its arguments: its file with the number is in the mount.
  private static let ending = """
    end_postmaster() {
      local process children
      for process in $(pgrep -u postgres -x postgres); do
        tr '\\0' '\\n' < /proc/$process/cmdline | grep -qxF "$data" || continue
        children=$(pgrep -P $process) || true
        kill -9 $process; [ $# = 0 ] || kill -9 $children || true
        for process in $process $children; do
          timeout 20 tail -s 0.02 -f /dev/null --pid=$process
        done
      done
    }
    """

  /// The result of a query.
  func query(_ query: String) throws -> String {
    try run("pg psql -X -A -t -v ON_ERROR_STOP=1 -c \"\(query)\"").text
  }
}
