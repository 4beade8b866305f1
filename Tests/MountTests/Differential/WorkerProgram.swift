/// The processes that make the calls of the differential checker: one as root and one as nobody,
/// each with descriptors of its own, and each making every call on both sides.
enum WorkerProgram {
  static let text = #"""
    PLAIN, HERE = 0, 1
    NOBODY = 65534

    class Pinned:
        # What a reader of the plain side would show under R2: the content as it was at its open.
        # `fds` is a table like those of the sides.
        def __init__(self):
            self.fds = {}

        def take(self, slot, fd, flags):
            if flags & os.O_ACCMODE != os.O_RDONLY or kind(os.fstat(fd)) != stat.S_IFREG:
                return
            copy = os.memfd_create("pinned")
            data = os.pread(fd, os.fstat(fd).st_size, 0)
            put(copy, data)
            # A descriptor that cannot write, as the one that it stands for.
            self.fds[slot] = os.open("/proc/self/fd/%d" % copy, os.O_RDONLY)
            os.close(copy)

        def follow(self, name, args):
            # Descriptors come and go as on the side itself.
            slot = args[0]
            if name == "dup":
                if args[1] in self.fds:
                    os.close(self.fds.pop(args[1]))
                if slot in self.fds:
                    self.fds[args[1]] = os.dup(self.fds[slot])
            elif name == "reopen" and slot in self.fds:
                self.fds[args[1]] = os.open("/proc/self/fd/%d" % self.fds[slot], os.O_RDONLY)
            elif name == "close" and slot in self.fds:
                os.close(self.fds.pop(slot))

    CONTENT_CALLS = ("read", "pread", "lseek", "write", "pwrite", "ftruncate", "data_map")

    def outcome(name, fds, args):
        try:
            return ("=", CALLS[name](fds, *args))
        except KeyError:
            return ("!", "no such descriptor")
        except OSError as e:
            return ("!", errno.errorcode.get(e.errno, e.errno))
        except (ValueError, OverflowError) as e:
            return ("!", str(e))

    def call_on(side, root, name, fds, pinned, args, features):
        try:
            os.fchdir(root)
        except OSError as e:
            # A descriptor can be used wherever the process is.
            if name == "open" or not args or not isinstance(args[0], int):
                return ("!", "chdir: " + errno.errorcode[e.errno])
        if side == PLAIN and args and args[0] in pinned.fds and args[0] in fds:
            if name in CONTENT_CALLS:
                return outcome(name, pinned.fds, args)
            if name == "fstat":
                shown = list(portable(os.fstat(fds[args[0]])))
                shown[4] = os.fstat(pinned.fds[args[0]]).st_size
                return ("=", tuple(shown))
        result = outcome(name, fds, args)
        if side == PLAIN and result[0] == "=":
            if name == "open" and "pins" in features:
                pinned.take(args[0], fds[args[0]], args[2])
            elif args:
                pinned.follow(name, args)
        return result

    def serve_calls(requests, answers, roots, user, features):
        if user != 0:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        os.umask(0o022)
        tables, pinned = [{}, {}], Pinned()
        while True:
            try:
                name, args = pickle.load(requests)
            except EOFError:
                os._exit(0)
            results = []
            for side in PLAIN, HERE:
                results.append(call_on(side, roots[side], name, tables[side], pinned, args,
                                       features))
            fd = tables[PLAIN].get(args[0]) if args else None
            number = os.fstat(fd).st_ino if fd is not None else None
            pickle.dump((results, number), answers)
            answers.flush()

    class Worker:
        def __init__(self, roots, user, features):
            (theirs, ours), (mine, yours) = os.pipe(), os.pipe()
            self.pid = os.fork()
            if self.pid == 0:
                kept = sorted([theirs, yours] + roots)
                for low, high in zip([2] + kept, kept + [4096]):
                    os.closerange(low + 1, high)
                try:
                    serve_calls(os.fdopen(theirs, "rb"), os.fdopen(yours, "wb"), roots, user,
                                features)
                finally:
                    os._exit(1)
            os.close(theirs), os.close(yours)
            self.requests, self.answers = os.fdopen(ours, "wb"), os.fdopen(mine, "rb")
            # The number of the file behind each descriptor, on the plain side.
            self.slots = {}

        def call(self, name, args):
            pickle.dump((name, args), self.requests)
            self.requests.flush()
            results, number = pickle.load(self.answers)
            slot = args[1] if name in ("dup", "reopen") else args[0] if args else None
            if name in ("open", "dup", "reopen") and results[PLAIN][0] == "=":
                self.slots[slot] = number
            elif name == "close":
                self.slots.pop(slot, None)
            return results

        def end(self):
            self.requests.close()
            os.waitpid(self.pid, 0)
            self.answers.close()
    """#
}
