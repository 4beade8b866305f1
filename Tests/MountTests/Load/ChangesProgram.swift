/// The changes that a load makes, for `Python`: each is one entry of the order (D1), there or not.
/// `draw` chooses it by what the model holds, so the same seed gives the same changes again.
enum ChangesProgram {
  static let text = #"""
    # What a load may be told: how often each change is made, and how large a content is.
    COMMON = dict(
        weights=dict(
            replace=10, update=6, append=4, note=3, rename=5, exchange=1, link=3, unlink=3, mkdir=2,
            rmdir=1, symlink=1, chmod=2, setxattr=2, removexattr=1, truncate=1, clone=2, sync=2),
        sizes=(0, 100, 5000, 70000, 250000, 400000))
    # Whoever copies and cannot read has made an empty file all the same: no change of one step.
    FAILING = dict(COMMON, weights=dict(COMMON['weights'], clone=0))
    GROWING = dict(
        weights=dict(FAILING['weights'], replace=20, unlink=1),
        sizes=(100, 5000, 250000, 2000000, 6000000, 9000000))

    def draw(model, writer, number, seed, profile):
        chance = random.Random('%d %d %d' % (seed, writer, number))
        kinds = list(profile['weights'])
        while True:
            kind = chance.choices(kinds, profile['weights'].values())[0]
            args = CHOICES[kind](model, chance, profile)
            if args is not None:
                return kind, number, args

    def place(model, chance):
        directory = chance.choice([''] * 3 + model.paths('directory'))
        if directory: return '%s/n%d' % (directory, chance.randrange(3))
        return 'n%d' % chance.randrange(6)

    def one(model, chance, kind='file'):
        paths = model.paths(kind)
        return chance.choice(paths) if paths else None

    def may_be_file(model, path):
        return path not in model.names or model.names[path].kind == 'file'

    def choose_replace(model, chance, profile):
        path, size = place(model, chance), chance.choice(profile['sizes'])
        return (path, size, chance.random() < 0.3) if may_be_file(model, path) else None

    def choose_update(model, chance, profile):
        path = one(model, chance)
        if path is None:
            return None
        length = len(model.names[path].data)
        parts = [(chance.randrange(length + 1), chance.choice((10, 3000, 20000)))
                 for _ in range(chance.choice((1, 1, 2, 5)))]
        return path, parts, chance.random() < 0.3

    def choose_append(model, chance, profile):
        path = one(model, chance)
        return (path, chance.choice((10, 200, 5000)), chance.random() < 0.5) if path else None

    def choose_rename(model, chance, profile):
        old = one(model, chance, chance.choice(('file', 'file', 'file', 'directory', 'symlink')))
        if old is None:
            return None
        if model.names[old].kind == 'directory':
            new = 'd%d' % chance.randrange(3)
            return (old, new) if old == new or model.is_empty(new) else None
        new = place(model, chance)
        return (old, new) if may_be_file(model, new) else None

    def choose_exchange(model, chance, profile):
        files = model.paths('file')
        return tuple(chance.sample(files, 2)) if len(files) > 1 else None

    def choose_link(model, chance, profile):
        old, new = one(model, chance), place(model, chance)
        return (old, new) if old and new not in model.names else None

    def choose_unlink(model, chance, profile):
        path = one(model, chance, chance.choice(('file', 'file', 'symlink')))
        return (path,) if path else None

    def choose_mkdir(model, chance, profile):
        path = 'd%d' % chance.randrange(3)
        return (path,) if path not in model.names else None

    def choose_rmdir(model, chance, profile):
        path = one(model, chance, 'directory')
        return (path,) if path and model.is_empty(path) else None

    def choose_symlink(model, chance, profile):
        path = place(model, chance)
        return ('target%d' % chance.randrange(100), path) if path not in model.names else None

    def choose_chmod(model, chance, profile):
        path = one(model, chance, chance.choice(('file', 'directory')))
        return (path, chance.choice((0o600, 0o640, 0o755))) if path else None

    def choose_setxattr(model, chance, profile):
        path = one(model, chance)
        if path is None:
            return None
        return path, 'user.a%d' % chance.randrange(3), b'v' * chance.choice((1, 50, 900))

    def choose_removexattr(model, chance, profile):
        path = one(model, chance)
        names = sorted(model.names[path].attributes) if path else []
        return (path, chance.choice(names)) if names else None

    def choose_truncate(model, chance, profile):
        path = one(model, chance)
        return (path, chance.randrange(len(model.names[path].data) + 5000)) if path else None

    def choose_clone(model, chance, profile):
        old, new = one(model, chance), place(model, chance)
        if old is None or not may_be_file(model, new) or model.names.get(new) is model.names[old]:
            return None
        return old, new

    def choose_sync(model, chance, profile):
        return (chance.choice(['.'] + model.paths('file') + model.paths('directory')),)

    CHOICES = dict(
        replace=choose_replace, update=choose_update, append=choose_append,
        note=lambda model, chance, profile: (chance.choice((10, 3000)), chance.random() < 0.5),
        rename=choose_rename,
        exchange=choose_exchange, link=choose_link, unlink=choose_unlink, mkdir=choose_mkdir,
        rmdir=choose_rmdir, symlink=choose_symlink, chmod=choose_chmod, setxattr=choose_setxattr,
        removexattr=choose_removexattr, truncate=choose_truncate, clone=choose_clone,
        sync=choose_sync)
    """#
}
