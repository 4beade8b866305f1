/// The processes that make the changes of a load, and what they note, for `Python`.
enum WritersProgram {
  static let text = #"""
    class Load:
        # Writers, each in a directory of its own below `top`, and what they were told. They note it
        # in memory that they share with this process, so nothing of it gets lost.
        LIMIT = 1 << 16

        def __init__(self, top, writers, seed, mode='close', profile=COMMON, goes_on=()):
            self.top, self.seed, self.mode, self.profile = top, seed, mode, profile
            # Errors that are no reason to stop: the change was not made.
            self.goes_on = goes_on
            self.models = {writer: Model() for writer in range(writers)}
            self.starts = dict.fromkeys(self.models, 0)
            self.pads = {writer: Pad(self.LIMIT) for writer in self.models}
            self.children, self.acknowledged, self.refused = {}, 0, 0
            for writer in self.models: os.mkdir('%s/%d' % (top, writer))
            publish(top + '/journal', b'')
            with closing(os.open(top, os.O_RDONLY)) as fd: os.fsync(fd)

        def start(self, changes=None):
            for writer, pad in self.pads.items():
                pad.begin(self.starts[writer])
                pid = os.fork()
                if pid == 0:
                    ending = 1
                    libc.prctl(1, signal.SIGKILL)
                    try:
                        self.work(writer, pad, changes)
                        ending = 0
                    except BaseException as failure:
                        os.write(2, ('writer %d, change %d: %r\n' % (
                            writer, pad.issued, failure)).encode())
                    finally:
                        os._exit(ending)
                self.children[writer] = pid

        def work(self, writer, pad, changes):
            os.umask(0o022)
            os.chdir('%s/%d' % (self.top, writer))
            model, number = self.models[writer].copy(), self.starts[writer]
            while not pad.must_stop and number < self.starts[writer] + (changes or 1 << 60):
                change = draw(model, writer, number, self.seed, self.profile)
                durable = is_durable(model, change, self.mode)
                pad.issue(number)
                try:
                    carry_out(writer, change)
                except OSError as failure:
                    pad.fail(number, failure.errno)
                    if failure.errno not in self.goes_on: return
                else:
                    pad.finish(number, durable)
                    apply(model, writer, change)
                number += 1

        def stop(self):
            for pad in self.pads.values(): pad.must_stop = 1
            self.wait()

        def wait(self):
            for writer, pid in self.children.items():
                _, status = os.waitpid(pid, 0)
                assert status == 0, 'writer %d ended with %d' % (writer, status)
            self.children = {}

        def failures(self):
            # The errors that each writer met, with the times.
            return [failure for pad in self.pads.values() for failure in pad.failures()]

        def done(self):
            return sum(pad.done for pad in self.pads.values())

        def bounds(self):
            # How many changes of each writer must be there by now.
            return {writer: pad.durable for writer, pad in self.pads.items()}

        def issued(self):
            return {writer: pad.issued for writer, pad in self.pads.items()}

    class Pad:
        # What one writer notes. Times are of the one clock of the machine.
        def __init__(self, limit):
            self.memory, self.limit = mmap.mmap(-1, 64 + 24 * limit), limit

        def field(at):
            def get(self): return struct.unpack_from('q', self.memory, at)[0]
            def put(self, value): struct.pack_into('q', self.memory, at, value)
            return property(get, put)

        # Numbers count up over all starts; `durable` and `issued` tell how many there are.
        first, issued, durable = field(0), field(8), field(16)
        done, must_stop = field(24), field(32)

        def begin(self, first):
            self.first = self.issued = self.durable = first
            self.done = self.must_stop = 0

        def at(self, number):
            assert number - self.first < self.limit, 'too many changes'
            return 64 + 24 * (number - self.first)

        def issue(self, number):
            struct.pack_into('qqq', self.memory, self.at(number), time.monotonic_ns(), 0, 0)
            self.issued = number + 1

        def finish(self, number, durable):
            struct.pack_into('q', self.memory, self.at(number) + 8, time.monotonic_ns())
            self.done += 1
            if durable: self.durable = number + 1

        def fail(self, number, error):
            struct.pack_into('qq', self.memory, self.at(number) + 8, time.monotonic_ns(), error)

        def times(self, number):
            # When it was issued, when it ended (0 if never), and the error.
            return struct.unpack_from('qqq', self.memory, self.at(number))

        def failures(self):
            all = (self.times(number) for number in range(self.first, self.issued))
            return [(error, end) for _, end, error in all if error]
    """#
}
