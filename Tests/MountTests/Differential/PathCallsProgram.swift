/// The calls by path of the differential checker, each with how often it is made.
enum PathCallsProgram {
  static let text = #"""
    DEVICE_KINDS = (stat.S_IFIFO, stat.S_IFREG, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK, 0,
                    stat.S_IFDIR)

    def random_mknod(c):
        return ("mknod", c.path(), c.choice(DEVICE_KINDS) | c.mode(), os.makedev(1, 3))

    def random_symlink(c):
        target = c.choice((c.path, lambda: "gone", lambda: c.choice(c.NAMES), lambda: ".",
                           lambda: "x" * 4095, lambda: "x" * 4096, lambda: ""))()
        return ("symlink", target.replace("..", "."), c.path())

    def random_renameat2(c):
        flags = c.choices((0, NOREPLACE, EXCHANGE, NOREPLACE | EXCHANGE, 8, 4), (1, 5, 8, 1, 1, 0))
        return ("renameat2", c.path(), c.path(), flags[0])

    def random_xattr(c):
        name = c.choice(("setxattr", "setxattr", "getxattr", "removexattr", "listxattr"))
        if name == "listxattr":
            return (name, c.path())
        if name == "setxattr":
            flags = c.choice((0, 0, 0, os.XATTR_CREATE, os.XATTR_REPLACE))
            return (name, c.path(), c.attribute(), c.value(), flags)
        return (name, c.path(), c.attribute())

    # The weight of each call, the feature without which it is not made, and how it is drawn.
    PATH_CALLS = (
        (6, None, lambda c: ("mkdir", c.path(), c.directory_mode())),
        (4, None, lambda c: ("rmdir", c.path())),
        (3, None, random_mknod),
        (4, None, random_symlink),
        (2, None, lambda c: ("readlink", c.path())),
        (6, None, lambda c: ("link", c.path(), c.path())),
        (7, None, lambda c: ("unlink", c.path())),
        (8, None, lambda c: ("rename", c.path(), c.path())),
        (4, None, random_renameat2),
        (5, None, lambda c: ("truncate", c.path(), c.length())),
        (5, None, lambda c: ("chmod", c.path(), c.choice((c.mode, c.directory_mode))())),
        (4, None, lambda c: ("chown", c.path(), c.owner(), c.owner())),
        (2, None, lambda c: ("lchown", c.path(), c.owner(), c.owner())),
        (5, None, lambda c: c.time_call(c.path())),
        (2, None, lambda c: ("stat", c.path())),
        (2, None, lambda c: ("lstat", c.path())),
        (3, None, lambda c: ("listdir", c.path())),
        (3, None, lambda c: ("access", c.path(), c.choice((0, 1, 2, 4, 6, 7, 8)))),
        (1, None, lambda c: ("namemax", c.path())),
        (8, "xattr", random_xattr),
    )

    def draw(c, calls, features):
        choices = [entry for entry in calls if entry[1] is None or entry[1] in features]
        return c.choices([entry[2] for entry in choices], [entry[0] for entry in choices])[0]
    """#
}
