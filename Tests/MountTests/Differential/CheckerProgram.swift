/// The differential checker itself: makes the calls one by one, on both sides, and raises the first
/// difference.
enum CheckerProgram {
  static let text = #"""
    class Checker:
        # The features that a side may lack are switched by `features`.
        def __init__(self, sides, seed, features):
            self.roots = [self.tree_in(side) for side in sides]
            self.chance, self.seed, self.features = Chance(seed), seed, features
            self.workers = {}
            for name, user in (("root", 0), ("nobody", NOBODY)):
                self.workers[name] = Worker(self.roots, user, features)
            self.number, self.history, self.start = 0, [], time.time_ns()
            self.pause = 0 if self.tells_instants_apart() else 0.005

        def tree_in(self, side):
            # Two levels deep, so that a path that leads up stays within the side.
            os.makedirs(side + "/top/tree")
            os.chmod(side + "/top/tree", 0o777)
            return os.open(side + "/top/tree", os.O_RDONLY)

        def tells_instants_apart(self):
            # Older kernels stamp files by the tick: two calls within one would look like none.
            os.fchdir(self.roots[PLAIN])
            os.mkdir("probe")
            seen = set()
            for _ in range(20):
                os.chmod("probe", 0o700)
                seen.add(os.stat("probe").st_ctime_ns)
            os.rmdir("probe")
            return len(seen) == 20

        def observe(self, paths):
            return [observe(root, paths) for root in self.roots]

        # MARK: Calls

        def make(self, who, name, *args):
            # One call on both sides; gives the outcome, which must be the same.
            self.number += 1
            time.sleep(self.pause)
            plain, here = self.workers[who].call(name, args)
            words = ", ".join(map(shorter, args))
            line = "%d %s: %s(%s)" % (self.number, who, name, words)
            self.history.append("%s -> %s %s" % (line, here[0], shorter(here[1])))
            if plain != here:
                raise Difference("results: " + first_difference(plain[1], here[1]))
            return here

        def is_named(self, who, slot):
            # A file without a name has no extended attributes.
            kind, value = self.make(who, "fstat", slot)
            return kind != "=" or value[1] > 0

        def make_observed(self, who, call, with_content=False):
            paths = [arg for arg in call[1:] if isinstance(arg, str)]
            if call[0] == "symlink":
                paths = paths[1:]
            if "xattr" in call[0]:
                paths = paths[:1]
            before = self.observe(paths)
            result = self.make(who, *call)
            self.compare(before, paths, "all")
            if with_content:
                self.compare_content(paths)
            return result

        # MARK: Comparing

        def compare(self, before, paths, has_times):
            after = self.observe(paths)
            plain, here = (described(before[side], after[side], self.start, has_times)
                           for side in (PLAIN, HERE))
            for (path, follow), words in plain.items():
                if here[path, follow] != words:
                    way = "led to by" if follow else "at"
                    raise Difference("the file %s %s: %s; %s" % (
                        way, shorter(path), words, here[path, follow]))

        def settle_times(self, paths):
            # A name that was never published has not changed its directory's times (N3).
            for root in self.roots:
                os.fchdir(root)
                for path in set(map(parent_of, paths)):
                    try:
                        os.utime(path, ns=(7, 7))
                    except OSError:
                        pass

        def compare_content(self, paths):
            found = []
            for root in self.roots:
                os.fchdir(root)
                found.append([content_at(path) for path in paths])
            for path, one, other in zip(paths, *found):
                if one != other:
                    raise Difference("content of %s: %s" % (
                        shorter(path), first_difference(one, other)))

        def compare_trees(self):
            for who, worker in self.workers.items():
                for slot in list(worker.slots):
                    self.make(who, "close", slot)
            plain, here = (tree_of(root, self.start, self.features) for root in self.roots)
            for path in sorted(set(plain) | set(here)):
                one, other = plain.get(path), here.get(path)
                if one != other:
                    raise Difference("tree at %s: %s; %s" % (path, one, other))

        # MARK: The run

        def run(self, calls):
            due = 100
            while self.number < calls:
                who = "root" if self.chance.likely(0.6) else "nobody"
                act = self.chance.choices((path_call, reading, Burst.run), (10, 4, 5))[0]
                act(self, who)
                if self.number >= due:
                    self.compare_trees()
                    self.open_up()
                    due = self.number + 100
            self.compare_trees()

        def open_up(self):
            # Lets nobody in again, and keeps the tree small.
            self.make("root", "chmod", ".", 0o777)
            for root in self.roots:
                os.fchdir(root)
                for name in sorted(os.listdir(".")):
                    if kind(os.lstat(name)) == stat.S_IFDIR:
                        os.chmod(name, 0o777)
            if self.chance.likely(0.1):
                for root in self.roots:
                    os.fchdir(root)
                    subprocess.run("rm -rf -- *", shell=True, check=True)

        def end(self):
            for worker in self.workers.values():
                worker.end()
            for root in self.roots:
                os.close(root)
            os.chdir("/")

    def path_call(checker, who):
        c = checker.chance
        call = draw(c, PATH_CALLS, checker.features)(c)
        changes_content = call[0] in ("truncate", "rename", "renameat2")
        checker.make_observed(who, call, with_content=changes_content)

    def reading(checker, who):
        # Readers stay open: what they show is pinned (R2).
        c, slots = checker.chance, checker.workers[who].slots
        if not slots or c.likely(0.3) and len(slots) < 6:
            flags = c.open_flags() & ~os.O_ACCMODE & ~os.O_TRUNC & ~os.O_APPEND | os.O_NONBLOCK
            slot = c.choice([slot for slot in range(8) if slot not in slots])
            path = c.path()
            before = checker.observe([path])
            checker.make(who, "open", slot, path, flags, c.mode())
            return checker.compare(before, [path], "all")
        slot = c.choice(sorted(slots))
        if c.likely(0.2):
            checker.make(who, "close", slot)
        elif c.likely(0.1):
            other = c.choice([other for other in range(8) if other != slot])
            checker.make(who, "dup", slot, other)
        elif c.likely(0.05) and len(slots) < 8:
            other = c.choice([other for other in range(8) if other not in slots])
            checker.make(who, "reopen", slot, other, os.O_RDONLY | os.O_NONBLOCK)
        else:
            call = draw(c, READER_CALLS, checker.features)(c, slot)
            if call[0] in ("fchmod", "fchown", "futimens"):
                # A replaced version knows the owner only as of when it was asked last.
                checker.make(who, "fstat", slot)
            if call[0] == "fsetxattr" and not checker.is_named(who, slot):
                return
            checker.make(who, *call)

    def compare_sides(plain, here, seed, calls, features):
        # Gives the report of the first difference, or nothing.
        checker = Checker([plain, here], seed, features)
        try:
            checker.run(calls)
            return ""
        except Difference as difference:
            return "seed %d, call %d: %s\nthe last calls:\n  %s" % (
                seed, checker.number, difference, "\n  ".join(checker.history[-25:]))
        finally:
            checker.end()
    """#
}
