/// The calls of the differential checker, for its workers: each is a function of one process's
/// descriptors on one side and the call's arguments, and gives a value that must be the same on
/// both sides.
enum CallsProgram {
  static let text = #"""
    import pickle, random

    AT_FDCWD, AT_SYMLINK_NOFOLLOW = -100, 0x100
    UTIME_NOW, UTIME_OMIT = (1 << 30) - 1, (1 << 30) - 2

    class Timespec(ctypes.Structure):
        _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]

    def checked(result):
        if result < 0:
            raise OSError(ctypes.get_errno(), "")
        return result

    def kind(status):
        return stat.S_IFMT(status.st_mode)

    def portable(status):
        # The size of a directory is each file system's own affair.
        size = None if stat.S_ISDIR(status.st_mode) else status.st_size
        return ("%o" % status.st_mode, status.st_nlink, status.st_uid, status.st_gid, size,
                status.st_rdev)

    def call_open(fds, slot, path, flags, mode):
        fds[slot] = os.open(path, flags, mode)
        return "descriptor"

    def call_dup(fds, slot, other):
        if other in fds:
            os.close(fds.pop(other))
        fds[other] = os.dup(fds[slot])

    def call_close(fds, slot):
        os.close(fds.pop(slot))

    def call_lseek(fds, slot, offset, way):
        # What a place in a directory means is each file system's own affair.
        if kind(os.fstat(fds[slot])) != stat.S_IFDIR:
            return os.lseek(fds[slot], offset, way)

    def call_reopen(fds, slot, other, flags):
        fds[other] = os.open("/proc/self/fd/%d" % fds[slot], flags)
        return "descriptor"

    def call_pread(fds, slot, count, offset):
        data = ctypes.create_string_buffer(count)
        got = checked(libc.pread64(fds[slot], data, ctypes.c_size_t(count),
                                   ctypes.c_long(offset)))
        return data.raw[:got]

    def call_pwrite(fds, slot, data, offset):
        return checked(libc.pwrite64(fds[slot], data, ctypes.c_size_t(len(data)),
                                     ctypes.c_long(offset)))

    def call_fstat(fds, slot):
        return portable(os.fstat(fds[slot]))

    def call_listdir_of(fds, slot):
        return sorted(os.listdir(fds[slot]))

    def call_access(fds, path, mode):
        return checked(libc.access(os.fsencode(path), mode))

    def call_kind(fds, path):
        return "%o" % kind(os.lstat(path))

    def call_namemax(fds, path):
        return os.statvfs(path).f_namemax

    def call_utimensat(fds, path, accessed, modified, flags):
        times = (Timespec * 2)(Timespec(*accessed), Timespec(*modified))
        return checked(libc.utimensat(AT_FDCWD, os.fsencode(path), times, flags))

    def call_futimens(fds, slot, accessed, modified):
        times = (Timespec * 2)(Timespec(*accessed), Timespec(*modified))
        return checked(libc.futimens(fds[slot], times))

    def call_fallocate(fds, slot, mode, offset, length):
        return checked(libc.fallocate64(fds[slot], mode, ctypes.c_long(offset),
                                        ctypes.c_long(length)))

    def call_data_map(fds, slot):
        # Where holes are is each file system's own affair: but they read as zeros, and data and
        # holes take turns.
        fd, end, place = fds[slot], os.fstat(fds[slot]).st_size, 0
        while place < end:
            try:
                data = os.lseek(fd, place, os.SEEK_DATA)
            except OSError as e:
                if e.errno != errno.ENXIO:
                    raise
                data = end
            if data < place or os.pread(fd, data - place, place).strip(b"\0"):
                return "data in a hole at %d..%d" % (place, data)
            if data == end:
                break
            place = os.lseek(fd, data, os.SEEK_HOLE)
            if not data < place <= end:
                return "a hole at %d after data at %d" % (place, data)
        os.lseek(fd, 0, os.SEEK_SET)
        return "sound"

    def call_copy_range(fds, source, target, count, offset_in, offset_out):
        return os.copy_file_range(fds[source], fds[target], count, offset_in, offset_out)

    def by_slot(function):
        return lambda fds, slot, *rest: function(fds[slot], *rest)

    def by_path(function):
        return lambda fds, *rest: function(*rest)

    CALLS = {name[5:]: value for name, value in list(globals().items()) if name[:5] == "call_"}
    CALLS.update(
        read=by_slot(os.read), write=by_slot(os.write),
        ftruncate=by_slot(os.ftruncate), fsync=by_slot(os.fsync),
        fdatasync=by_slot(os.fdatasync), fchmod=by_slot(os.fchmod), fchown=by_slot(os.fchown),
        fsetxattr=by_slot(os.setxattr), fgetxattr=by_slot(os.getxattr),
        truncate=by_path(os.truncate), mkdir=by_path(os.mkdir), rmdir=by_path(os.rmdir),
        mknod=by_path(os.mknod), symlink=by_path(os.symlink), readlink=by_path(os.readlink),
        unlink=by_path(os.unlink), rename=by_path(os.rename), renameat2=by_path(renameat2),
        link=by_path(lambda old, new: os.link(old, new, follow_symlinks=False)),
        chmod=by_path(os.chmod), chown=by_path(os.chown), lchown=by_path(os.lchown),
        stat=by_path(lambda path: portable(os.stat(path))),
        lstat=by_path(lambda path: portable(os.lstat(path))),
        listdir=by_path(lambda path: sorted(os.listdir(path))),
        setxattr=by_path(os.setxattr), getxattr=by_path(os.getxattr),
        removexattr=by_path(os.removexattr),
        listxattr=by_path(lambda path: sorted(os.listxattr(path))))
    """#
}
