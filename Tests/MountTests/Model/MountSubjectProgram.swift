/// What a `Python` process needs to take contract steps.
enum MountSubjectProgram {
  static let text = #"""
    readers = {}

    def fill(tag, count):
        return bytes((i * 167 + (i >> 8) + tag * 31) & 255 | 1 for i in range(count))

    def zero(fd, offset, count):
        KEEP_SIZE, ZERO_RANGE = 1, 16
        call = libc.fallocate
        call.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]
        if call(fd, KEEP_SIZE | ZERO_RANGE, offset, count) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    def all_of(fd):
        os.lseek(fd, 0, 0)
        return whole(fd)
    """#
}
