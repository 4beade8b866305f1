/// What a writer of a load expects to find, and what is there, for `Python`: both in one form,
/// links, modes and extended attributes included.
enum ModelProgram {
  static let text = #"""
    class File:
        # What a name leads to; several names may lead to the same.
        def __init__(self, kind, mode, data=b''):
            self.kind, self.mode, self.data, self.attributes = kind, mode, data, {}

        def copy(self):
            other = File(self.kind, self.mode, self.data)
            other.attributes = dict(self.attributes)
            return other

    class Model:
        # What one writer's directory holds after some of its changes, and the numbers of its
        # records in the journal, which all share.
        def __init__(self):
            self.names, self.journal = {}, []

        def copy(self):
            other, copies = Model(), {}
            for path, file in self.names.items():
                if id(file) not in copies:
                    copies[id(file)] = file.copy()
                other.names[path] = copies[id(file)]
            other.journal = list(self.journal)
            return other

        def paths(self, kind):
            return sorted(path for path, file in self.names.items() if file.kind == kind)

        def is_empty(self, directory):
            return not any(path.startswith(directory + '/') for path in self.names)

        def seen(self):
            # The same as `seen_in` finds on a disk that holds just this.
            groups = {}
            for path in sorted(self.names):
                groups.setdefault(id(self.names[path]), []).append(path)
            found = {}
            for path, file in self.names.items():
                links = groups[id(file)] if file.kind == 'file' else [path]
                found[path] = (file.kind, file.mode, links, file.attributes, file.data)
            return found, self.journal

    def seen_in(directory):
        groups, found = {}, {}
        def look(path):
            place = directory + '/' + path
            status = os.lstat(place)
            attributes = {name: os.getxattr(place, name, follow_symlinks=False)
                          for name in os.listxattr(place, follow_symlinks=False)}
            kind = {stat.S_IFREG: 'file', stat.S_IFDIR: 'directory', stat.S_IFLNK: 'symlink'}[
                stat.S_IFMT(status.st_mode)]
            links, data = [path], b''
            if kind == 'file':
                links, data = groups.setdefault(status.st_ino, []), content(place)
                links.append(path)
                assert status.st_size == len(data), '%s is %d bytes long, but shows %d' % (
                    place, status.st_size, len(data))
            elif kind == 'symlink':
                data = os.fsencode(os.readlink(place))
            found[path] = (kind, stat.S_IMODE(status.st_mode), links, attributes, data)
            if kind == 'directory':
                for name in sorted(os.listdir(place)):
                    look(path + '/' + name)
        for name in sorted(os.listdir(directory)):
            look(name)
        for links in groups.values():
            links.sort()
            count = os.lstat(directory + '/' + links[0]).st_nlink
            assert count == len(links), '%s has %d links' % (links, count)
        return found

    def difference(want, found):
        for path in sorted(set(want) | set(found)):
            if want.get(path) != found.get(path):
                return '%s: wanted %s, found %s' % (
                    path, shown_file(want, path), shown_file(found, path))
        return 'the journal'

    def shown_file(side, path):
        if path not in side:
            return 'nothing'
        kind, mode, links, attributes, data = side[path]
        return '%s %o %s %s %s' % (kind, mode, links, attributes, described(data))
    """#
}
