import SystemPackage
import Testing

/// Two Python processes that do the same, one in the mount and one in a plain directory on the
/// disk: what they see must be equal. Their umask is 022, and other users may write where they
/// work.
struct SideBySide {
  let mounted: Mounted
  let here: Python
  let plain: Python

  init(mounted: Mounted, here: Python, plain: Python) {
    self.mounted = mounted
    self.here = here
    self.plain = plain
  }

  /// - Parameter mounted: with `allow_other`, if `as_user` is to be called.
  init(_ mounted: Mounted) throws {
    let directory = mounted.scratch.appending("plain")
    try mounted.shell("mkdir \(directory)").require()
    self.init(
      mounted: mounted, here: try mounted.python(), plain: try mounted.python(in: directory))
    try run("os.umask(0o022); os.chmod('.', 0o777)")
    try run(Self.program)
  }

  /// Runs the same statements in both.
  func run(_ code: String) throws {
    try here.run(code)
    try plain.run(code)
  }

  /// Runs the same in both and expects the same value; returns the mount's.
  @discardableResult
  func expectSame(
    _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let (seen, expected) = (try here.run(code), try plain.run(code))
    #expect(seen == expected, "\(code)", sourceLocation: sourceLocation)
    return seen
  }

  /// What `outcome` and the others are in a process.
  static let program = #"""
    def outcome(call):
        try:
            return call()
        except OSError as error:
            return errno.errorcode[error.errno]

    def as_user(uid, groups, call):
        "What `call` gives in a process of that user, whose first group is its own."
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups(groups[1:]); os.setgid(groups[0]); os.setuid(uid)
                answer = repr(outcome(call))
            except BaseException as error:
                answer = repr(error)
            os.write(writing, answer.encode())
            os._exit(0)
        os.close(writing)
        answer = whole(reading)
        os.close(reading)
        os.waitpid(child, 0)
        return answer.decode()

    def sh(script):
        "What a script prints, and how it ends."
        done = subprocess.run(['/bin/bash', '-c', script], capture_output=True, text=True)
        return done.stdout + done.stderr + str(done.returncode)

    def attributes(path):
        "All extended attributes that the caller sees."
        names = sorted(os.listxattr(path, follow_symlinks=False))
        return [(name, os.getxattr(path, name, follow_symlinks=False)) for name in names]

    def listing(top):
        "What is below a directory, with modes and attributes."
        seen = []
        for place, directories, files in os.walk(top):
            for name in [''] + directories + files:
                path = os.path.join(place, name)
                seen.append((path, oct(os.lstat(path).st_mode), attributes(path.rstrip('/'))))
        return sorted(seen)

    def mode(path):
        return oct(os.stat(path).st_mode)
    """#
}
