/// What the differential checker draws by lot: paths from a small pool, so that calls meet, flags,
/// modes, times, contents and places in a file.
enum ChanceProgram {
  static let text = #"""
    LIMIT = (1 << 63) - 1

    class Chance(random.Random):
        NAMES = ("a", "b", "c", "d", "e")

        def likely(self, share):
            return self.random() < share

        def path(self):
            depth = self.choices((1, 2, 3), (4, 5, 1))[0]
            path = "/".join(self.choice(self.NAMES) for _ in range(depth))
            if self.likely(0.96):
                return path
            # No path leads up by more than one step: what is above the tree is not compared.
            return self.choice((
                path + "/", path + "/.", path + "/..", ".", "", "./" + path, "/".join(("a",) * 3),
                "n" * 255, "n" * 256, "a/" + "n" * 256, "a/" * 2100 + "a", "b//c", "a/./b"))

        def open_flags(self):
            flags = self.choices((os.O_RDONLY, os.O_WRONLY, os.O_RDWR), (4, 4, 4))[0]
            for flag, share in ((os.O_CREAT, 0.5), (os.O_EXCL, 0.1), (os.O_TRUNC, 0.3),
                                (os.O_APPEND, 0.2), (os.O_DIRECTORY, 0.05),
                                (os.O_NOFOLLOW, 0.1), (os.O_SYNC, 0.05)):
                if self.likely(share):
                    flags |= flag
            # What O_EXCL means without O_CREAT is not defined.
            return flags if flags & os.O_CREAT else flags & ~os.O_EXCL

        def mode(self):
            return self.choice((0o644, 0o644, 0o600, 0o666, 0o444, 0o400, 0, 0o777, 0o755, 0o4755,
                                0o2755, 0o2775, 0o1777, 0o6711, 0o222))

        def directory_mode(self):
            return self.choice((0o777, 0o777, 0o777, 0o755, 0o1777, 0o2777, 0o2755, 0o700, 0o555,
                                0o333))

        def owner(self):
            return self.choice((-1, 0, NOBODY, NOBODY, 1))

        def time(self):
            return self.choice((
                (0, UTIME_NOW), (0, UTIME_OMIT), (0, 0), (1, 1), (-5, 5), (1500000000, 123456789),
                (2500000000, 999999999), (4000000000, 1), (0, 1000000000), (5, UTIME_NOW)))

        def data(self):
            size = self.choices((0, 1, 10, 700, 4096, 5000, 70000, 300000),
                                (1, 4, 6, 6, 4, 4, 2, 0.5))[0]
            pattern = self.randbytes(min(size, 16))
            return (pattern * (size // 16 + 1))[:size]

        def place(self):
            return self.choice((0, 0, 1, 5, 100, 699, 700, 4095, 4096, 4097, 8192, 10000, 65536,
                                70000, 131072, 200000))

        def length(self):
            return self.choice((0, 0, 1, 5, 700, 4096, 5000, 8192, 65537, 150000, 150000, -1,
                                LIMIT + 1))

        def time_call(self, path):
            return ("utimensat", path, self.time(), self.time(),
                    AT_SYMLINK_NOFOLLOW if self.likely(0.4) else 0)

        def attribute(self):
            return self.choice(("user.a", "user.b", "user.a.b", "trusted.a", "user.", "nothing",
                                "other.a", "user." + "n" * 250, "user." + "n" * 251))

        def value(self):
            return self.randbytes(self.choice((0, 1, 10, 100, 400)))
    """#
}
