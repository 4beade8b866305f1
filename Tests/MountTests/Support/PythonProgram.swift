/// The program that a `Python` process runs: it executes the requests that it reads, one a line,
/// and answers each with a line of JSON. Its own descriptors are high and closed on `exec`, so that
/// a request finds the same 0, 1 and 2 as in any program.
enum PythonProgram {
  static let text = #"""
    import ctypes, errno, fcntl, hashlib, json, mmap, os, signal, stat, struct, subprocess, sys
    import threading, time

    libc = ctypes.CDLL(None, use_errno=True)

    def renameat2(old, new, flags):
        old, new = os.fsencode(old), os.fsencode(new)
        if libc.renameat2(-100, old, -100, new, flags) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    NOREPLACE, EXCHANGE = 1, 2

    def content(path):
        fd = os.open(path, os.O_RDONLY)
        try:
            return whole(fd)
        finally:
            os.close(fd)

    def whole(fd):
        parts = []
        while True:
            part = os.read(fd, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)

    def begin(path, data, flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o644):
        fd = os.open(path, flags, mode)
        put(fd, data)
        return fd

    def put(fd, data):
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view):]

    def publish(path, data, mode=0o644):
        os.close(begin(path, data, mode=mode))

    def sync_all():
        fd = os.open('.', os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)

    def digest(path):
        hash = hashlib.sha256()
        fd = os.open(path, os.O_RDONLY)
        while True:
            part = os.read(fd, 1 << 20)
            if not part:
                os.close(fd)
                return hash.hexdigest()
            hash.update(part)

    def shown(value):
        if isinstance(value, bytes):
            return value.decode("latin-1")
        return value if isinstance(value, str) else repr(value)

    def serve():
        requests = os.fdopen(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 900), "r")
        answers = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 900), "w")
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)
        os.close(null)
        world = globals()
        for line in requests:
            code = json.loads(line)
            try:
                try:
                    expression = compile(code, "request", "eval")
                except SyntaxError:
                    exec(compile(code, "request", "exec"), world)
                    answer = {"value": ""}
                else:
                    answer = {"value": shown(eval(expression, world))}
            except BaseException as e:
                number = e.errno if isinstance(e, OSError) else None
                answer = {"failure": {"kind": type(e).__name__, "errno": number, "text": str(e)}}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

    serve()
    """#
}
