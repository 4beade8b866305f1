/// What the differential checker compares besides the results of calls: attributes, the times that
/// a call changed, contents, and whole trees.
enum ComparisonProgram {
  static let text = #"""
    DAY = 86400 * 10 ** 9

    class Difference(Exception):
        pass

    def look(path, follow):
        try:
            return os.stat(path) if follow else os.lstat(path)
        except (OSError, ValueError) as e:
            return getattr(e, "errno", None) or str(e)

    def parent_of(path):
        return os.path.dirname(path.rstrip("/")) or "."

    def observe(root, paths):
        # Every path itself, what it leads to, and the directory that it is in.
        os.fchdir(root)
        seen = {}
        for path in paths:
            for place in (path, parent_of(path)):
                for follow in False, True:
                    if (place, follow) not in seen:
                        seen[place, follow] = look(place, follow)
        return seen

    def is_set(time, start):
        # Times that a call set are far from those of the run.
        return abs(time - start) > DAY

    def times_of(status):
        return (status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)

    def described_times(status, old, start):
        # Of each time: its value if a call set it, else whether it has changed.
        words = []
        for name, new, was in zip("amc", times_of(status), old or (None,) * 3):
            if is_set(new, start):
                words.append("%stime %d" % (name, new))
            elif was is None:
                words.append("%stime of a new file" % name)
            else:
                words.append("%stime %s" % (name, "kept" if new == was else "changed"))
        return words

    def described(before, after, start, has_times):
        # What one side's observation says, in words that must be the same on the other side.
        numbers, lines = {}, {}
        for key, status in before.items():
            if not isinstance(status, (int, str)):
                numbers.setdefault(status.st_ino, (key, times_of(status)))
        for key, status in after.items():
            if isinstance(status, (int, str)):
                lines[key] = [errno.errorcode.get(status, status)]
                continue
            known = numbers.get(status.st_ino)
            words = [portable(status), "was %r" % (known[0],) if known else "new"]
            # Writing to a FIFO changes its times only on ext4.
            timeless = (stat.S_IFIFO,) if has_times == "all" else (stat.S_IFIFO, stat.S_IFDIR)
            if kind(status) not in timeless:
                words += described_times(status, known[1] if known else None, start)
            lines[key] = words
        return lines

    def content_at(path):
        try:
            status = os.lstat(path)
            if kind(status) != stat.S_IFREG:
                return None
            return content(path)
        except (OSError, ValueError) as e:
            return getattr(e, "errno", None) or str(e)

    def content_of_open(path):
        try:
            return content(path)
        except OSError as e:
            return e.errno

    def shorter(value):
        if isinstance(value, (bytes, str)) and len(value) > 40:
            return "%r... (%d)" % (value[:16], len(value))
        return repr(value)

    def first_difference(one, other):
        if not (isinstance(one, bytes) and isinstance(other, bytes)):
            return "%s, %s" % (shorter(one), shorter(other))
        place = next((i for i, (x, y) in enumerate(zip(one, other)) if x != y),
                     min(len(one), len(other)))
        return "%d and %d bytes, different at %d: %r, %r" % (
            len(one), len(other), place, one[place:place + 20], other[place:place + 20])

    def attributes_of(path, features):
        if "xattr" not in features:
            return None
        names = sorted(os.listxattr(path, follow_symlinks=False))
        return [(name, os.getxattr(path, name, follow_symlinks=False)) for name in names]

    def tree_of(root, start, features):
        # Every name with all that it leads to; links are told by the first name of the file.
        os.fchdir(root)
        lines, firsts, waiting = {}, {}, ["."]
        while waiting:
            directory = waiting.pop()
            for name in sorted(os.listdir(directory)):
                path = directory + "/" + name
                status = os.lstat(path)
                if kind(status) == stat.S_IFDIR:
                    waiting.append(path)
                first = firsts.setdefault(status.st_ino, path)
                set_times = [time for time in times_of(status) if is_set(time, start)]
                if kind(status) == stat.S_IFIFO:
                    set_times = []
                target = os.readlink(path) if kind(status) == stat.S_IFLNK else None
                data = content_at(path)
                # How much space that is, is each file system's own affair.
                has_space = not data or data.strip(b"\0") == b"" or status.st_blocks > 0
                lines[path] = (portable(status), first, target, set_times, data, has_space,
                               attributes_of(path, features))
        return lines
    """#
}
