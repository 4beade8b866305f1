/// Finds out which changes of a load are there, for `Python`: of each writer the changes up to one
/// (D1), nothing torn, at least what it was told to be durable, and nothing without what had ended
/// before it was begun.
enum PrefixProgram {
  static let text = #"""
    class Violation(Exception):
        pass

    class Checker:
        # Compares what is on a disk with what a load was told.
        def __init__(self, load, top, low, high):
            # `low` and `high` bound the changes of each writer that may be there.
            self.load, self.top, self.low, self.high = load, top, low, high
            names = sorted(os.listdir(top))
            wanted = sorted([str(writer) for writer in load.models] + ['journal'])
            if names != wanted: raise Violation('there are %s' % names)
            self.journal = {writer: [] for writer in load.models}
            for writer, number in records(content(top + '/journal')):
                self.journal[writer].append(number)

        def check(self):
            # Finds the prefix of each writer, and gives the models after them.
            found = {writer: self.prefix(writer) for writer in self.load.models}
            self.check_order({writer: prefix[:2] for writer, prefix in found.items()})
            return {writer: prefix[2] for writer, prefix in found.items()}

        def prefix(self, writer):
            load, low, high = self.load, self.low[writer], self.high[writer]
            seen = seen_in('%s/%d' % (self.top, writer)), self.journal[writer]
            model, number, matches, last = load.models[writer].copy(), load.starts[writer], [], None
            while True:
                if number >= low:
                    want = model.seen()
                    if want == seen:
                        matches.append(number)
                        last = model.copy()
                    elif not matches:
                        best = want
                if number == high: break
                if self.was_made(writer, number):
                    apply(model, writer, draw(model, writer, number, load.seed, load.profile))
                number += 1
            if not matches:
                raise Violation('writer %d: no state from %d to %d is there; against the last: %s; '
                                'its last changes: %s' % (
                                    writer, low, high, difference(best[0], seen[0]),
                                    self.last_changes(writer)))
            return matches[0], matches[-1], last

        def was_made(self, writer, number):
            # What failed was not made, but for the last when all fails: nobody knows.
            issued, ended, error = self.load.pads[writer].times(number)
            return error == 0 or error not in self.load.goes_on

        def check_order(self, found):
            # D1: if a change is there, so is everything that had ended before it was begun.
            for one, (_, missing) in found.items():
                if missing >= self.high[one]: continue
                _, ended, error = self.load.pads[one].times(missing)
                if not ended or error: continue
                for other, (present, _) in found.items():
                    if present <= self.load.starts[other]: continue
                    begun = self.load.pads[other].times(present - 1)[0]
                    if ended < begun:
                        raise Violation(
                            'change %d of writer %d is there, but not %d of writer %d, which had '
                            'ended before' % (present - 1, other, missing, one))

        def last_changes(self, writer):
            load = self.load
            model, shown = load.models[writer].copy(), []
            for number in range(load.starts[writer], self.high[writer]):
                change = draw(model, writer, number, load.seed, load.profile)
                shown.append((change, load.pads[writer].times(number)[1:]))
                if self.was_made(writer, number): apply(model, writer, change)
            return shown[-12:]

    def check(load, low=None, high=None, top=None):
        # Checks what is there now, and goes on from it.
        models = Checker(load, top or load.top, low or load.bounds(), high or load.issued()).check()
        if top is None:
            load.acknowledged += load.done()
            load.refused += len(load.failures())
            load.models, load.starts = models, load.issued()
    """#
}
