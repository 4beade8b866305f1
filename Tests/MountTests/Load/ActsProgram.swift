/// How a change of a load is made in the file system, and noted in the model, for `Python`.
enum ActsProgram {
  static let text = #"""
    def apply(model, writer, change):
        kind, number, args = change
        names = model.names
        if kind == 'replace':
            path, size, _ = args
            names.setdefault(path, File('file', 0o644)).data = sealed(writer, number, size)
        elif kind == 'update':
            path, parts, _ = args
            data = bytearray(names[path].data)
            for at, size in parts:
                part = sealed(writer, number, size)
                data[at:at + len(part)] = part
            names[path].data = bytes(data)
        elif kind == 'append':
            names[args[0]].data += sealed(writer, number, args[1])
        elif kind == 'note':
            model.journal.append(number)
        elif kind == 'rename':
            apply_rename(names, *args)
        elif kind == 'exchange':
            names[args[0]], names[args[1]] = names[args[1]], names[args[0]]
        elif kind == 'link':
            names[args[1]] = names[args[0]]
        elif kind in ('unlink', 'rmdir'):
            del names[args[0]]
        elif kind == 'mkdir':
            names[args[0]] = File('directory', 0o755)
        elif kind == 'symlink':
            names[args[1]] = File('symlink', 0o777, args[0].encode())
        elif kind == 'chmod':
            names[args[0]].mode = args[1]
        elif kind == 'setxattr':
            names[args[0]].attributes[args[1]] = args[2]
        elif kind == 'removexattr':
            del names[args[0]].attributes[args[1]]
        elif kind == 'truncate':
            names[args[0]].data = names[args[0]].data[:args[1]].ljust(args[1], b'\0')
        elif kind == 'clone':
            names.setdefault(args[1], File('file', 0o644)).data = names[args[0]].data

    def apply_rename(names, old, new):
        # Two names of one file stay, as POSIX has it.
        if names.get(new) is names[old]:
            return
        for path in [path for path in names if path == old or path.startswith(old + '/')]:
            names[new + path[len(old):]] = names.pop(path)

    class closing:
        def __init__(self, fd): self.fd = fd
        def __enter__(self): return self.fd
        def __exit__(self, *failure): os.close(self.fd)

    # Appending descriptors that stay open over some changes.
    kept_open = []

    def let_go():
        while kept_open: os.close(kept_open.pop())

    def carry_out(writer, change):
        # Makes the change in the working directory.
        kind, number, args = change
        act = ACTS.get(kind)
        if act: act(writer, number, *args)
        else: getattr(os, kind)(*args)

    def replace(writer, number, path, size, syncs):
        with closing(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)) as fd:
            put(fd, sealed(writer, number, size))
            if syncs: os.fsync(fd)

    def update(writer, number, path, parts, syncs):
        with closing(os.open(path, os.O_RDWR)) as fd:
            for at, size in parts:
                os.lseek(fd, at, os.SEEK_SET)
                put(fd, sealed(writer, number, size))
            if syncs: os.fsync(fd)

    def append(writer, number, path, size, stays_open=False):
        data = sealed(writer, number, size)
        fd = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            assert os.write(fd, data) == len(data)
        except OSError:
            os.close(fd)
            raise
        if stays_open: kept_open.append(fd)
        else: os.close(fd)
        if len(kept_open) > 3: let_go()

    def clone(writer, number, old, new):
        with closing(os.open(old, os.O_RDONLY)) as source:
            with closing(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)) as fd:
                while os.copy_file_range(source, fd, 1 << 30): pass

    def sync(writer, number, path):
        with closing(os.open(path, os.O_RDONLY)) as fd: os.fsync(fd)

    ACTS = dict(
        replace=replace, update=update, append=append, clone=clone, sync=sync,
        note=lambda writer, number, *args: append(writer, number, '../journal', *args),
        exchange=lambda writer, number, one, other: renameat2(one, other, EXCHANGE))

    def is_durable(model, change, mode):
        # Whether it is durable when it has been made (C1, C2, D2), and with it all before it.
        kind, _, args = change
        if kind == 'sync': return True
        if kind in ('replace', 'update') and args[2]: return True
        if mode == 'fsync': return False
        if kind in ('append', 'note'): return not args[-1]
        if kind == 'rename':
            old, new = (model.names.get(path) for path in args)
            return new is not None and new is not old and old.kind == 'file'
        return kind in ('replace', 'update', 'clone', 'link')
    """#
}
