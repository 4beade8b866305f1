/// A burst of the differential checker: one process opens a file for writing, makes some calls, and
/// closes it; then both sides must be the same by path, too.
enum BurstProgram {
  static let text = #"""
    class Burst:
        WRITER, SECOND, SOURCE = 90, 91, 92

        def __init__(self, checker, who):
            self.checker, self.who, self.chance = checker, who, checker.chance
            self.path, self.touched = checker.chance.path(), []
            self.is_pending = self.is_staged = self.is_updating = False
            self.has_staged_attributes = self.has_path_calls = False
            self.is_named, self.loses_set_id = True, False

        def run(checker, who):
            burst = Burst(checker, who)
            burst.touched = [burst.path, checker.chance.path()]
            before = checker.observe(burst.touched)
            burst.write_through_descriptor(before)
            if burst.has_path_calls:
                checker.compare(before, burst.touched, "files")
                checker.settle_times(burst.touched)
            else:
                checker.compare(before, burst.touched, "all")
            checker.compare_content(burst.touched)

        def make(self, *call):
            return self.checker.make(self.who, *call)

        def write_through_descriptor(self, before):
            c = self.chance
            flags = c.open_flags() | os.O_NONBLOCK
            if flags & os.O_ACCMODE == os.O_RDONLY and not flags & os.O_TRUNC:
                flags |= os.O_RDWR
            if flags & os.O_APPEND:
                self.close_readers(before)
            found = before[PLAIN][self.path, True]
            if self.who != "root" and not isinstance(found, (int, str)):
                # Bits that writing takes away are gone by path at the commit (W5).
                self.loses_set_id = found.st_mode & 0o6000 != 0
                self.has_staged_attributes = self.loses_set_id and flags & os.O_TRUNC != 0
            if "set-id" not in self.checker.features and not isinstance(found, (int, str)):
                if self.who != "root" and found.st_mode & 0o6000:
                    flags &= ~os.O_TRUNC
            os.fchdir(self.checker.roots[HERE])
            published = content_at(self.path)
            if self.make("open", self.WRITER, self.path, flags, c.mode())[0] != "=":
                return
            is_new = flags & os.O_CREAT and before[PLAIN][self.path, False] == errno.ENOENT
            self.is_pending = is_new and flags & os.O_ACCMODE != os.O_RDONLY
            self.is_updating = not flags & os.O_TRUNC and not is_new
            self.is_staged = not is_new
            # The kernel drops O_TRUNC where there can be nothing to empty.
            truncates = flags & os.O_TRUNC and not flags & os.O_EXCL
            if flags & os.O_SYNC or flags & os.O_APPEND and not truncates:
                # Each write is a commit (C1, W3).
                self.is_pending = self.is_staged = False
            for _ in range(c.choice((0, 1, 1, 2, 3, 4, 5, 8, 12))):
                self.one_call()
                if c.likely(0.2):
                    self.look_from_outside(published)
            for slot in sorted(set(self.checker.workers[self.who].slots), reverse=True):
                if slot >= self.WRITER:
                    self.make("close", slot)

        def look_from_outside(self, published):
            # Other processes see neither a pending name (N1) nor what is staged (R1).
            if "pins" not in self.checker.features or not self.is_named:
                return
            os.fchdir(self.checker.roots[HERE])
            if self.is_pending:
                if os.path.basename(self.path) in os.listdir(parent_of(self.path)):
                    raise Difference("the pending name %s is listed (N1)" % self.path)
                if content_of_open(self.path) != errno.ENOENT:
                    raise Difference("the pending name %s can be opened (N1)" % self.path)
            elif self.is_staged and content_at(self.path) != published:
                raise Difference("what is staged for %s is seen (R1)" % self.path)

        def close_readers(self, before):
            # A reader may or may not see the file grow (R3).
            found = before[PLAIN][self.path, True]
            for who, worker in self.checker.workers.items():
                for slot, number in list(worker.slots.items()):
                    if not isinstance(found, (int, str)) and number == found.st_ino:
                        self.checker.make(who, "close", slot)

        def one_call(self):
            c, slots = self.chance, self.checker.workers[self.who].slots
            if c.likely(0.12):
                return self.path_call()
            may_join = self.is_updating and self.is_named and not self.has_staged_attributes
            if may_join and c.likely(0.05) and self.SECOND not in slots:
                # Another updating writer, of the same working copy (W2).
                flags = c.choice((os.O_RDWR, os.O_WRONLY, os.O_RDWR | os.O_APPEND))
                self.make("open", self.SECOND, self.path, flags | os.O_NONBLOCK, 0)
                self.is_staged = self.is_staged and not flags & os.O_APPEND
                return
            if "copy" in self.checker.features and c.likely(0.08):
                return self.copy()
            slot = self.SECOND if self.SECOND in slots and c.likely(0.5) else self.WRITER
            call = draw(c, WRITER_CALLS, self.checker.features)(c, slot)
            if call[0] == "fsetxattr" and not self.checker.is_named(self.who, slot):
                return
            # A write of somebody else than root takes set-id bits away.
            if call[0] in ("fchmod", "fchown", "futimens", "fsetxattr") or self.who != "root":
                self.has_staged_attributes = True
            if self.make(*call)[0] == "=" and call[0] in ("fsync", "fdatasync"):
                self.is_pending = self.is_staged = False

        def copy(self):
            c = self.chance
            if self.SOURCE not in self.checker.workers[self.who].slots:
                flags = os.O_RDONLY | os.O_NONBLOCK
                self.make("open", self.SOURCE, self.touched[1], flags, 0)
                return
            slots = self.checker.workers[self.who].slots
            if slots[self.SOURCE] == slots[self.WRITER]:
                # Here it is pinned to another version of the file (R2).
                return
            source = self.SOURCE if c.likely(0.8) else self.WRITER
            count = c.choice((0, 1, 5000, 100000))
            self.make("copy_range", source, self.WRITER, count, c.place(), c.place())

        def path_call(self):
            # What the writer itself does by path while its content is staged.
            c = self.chance
            if not self.is_named:
                return
            self.has_path_calls = True
            # Whoever is not the owner may not link a file with set-id bits.
            ways = ["rename", "unlink", "kind"] + ["link"] * (not self.loses_set_id)
            if not self.has_staged_attributes:
                # What was changed through the descriptor shows by path when it closes (W5).
                ways += ["chmod", "access"] + ["utimensat"] * self.is_pending
            way = c.choice(ways)
            if way in ("rename", "link"):
                target = c.path()
                # A replaced file has other names and readers: what they show is compared, too.
                self.touched.append(target)
                moved = self.make(way, self.path, target)[0] == "="
                if way == "rename" and moved:
                    self.path = target
                self.is_pending = self.is_staged = False
            elif way == "unlink":
                self.is_named = self.make("unlink", self.path)[0] != "="
            elif way == "kind":
                self.make("kind", self.path)
            elif way == "access":
                self.make("access", self.path, c.choice((0, 2, 4)))
            elif way == "chmod":
                # Set-id bits that appear meanwhile survive the next write.
                self.make("chmod", self.path, c.mode() & 0o1777)
            else:
                self.make(*c.time_call(self.path))
    """#
}
