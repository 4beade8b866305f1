/// The calls by descriptor of the differential checker. Descriptors that write are used in short
/// bursts: what they staged is compared through them, and by path only when they are closed (R1).
enum DescriptorCallsProgram {
  static let text = #"""
    KEEP_SIZE, PUNCH_HOLE, COLLAPSE_RANGE, ZERO_RANGE = 1, 2, 8, 16

    def random_lseek(c, slot):
        way = c.choice((os.SEEK_SET, os.SEEK_CUR, os.SEEK_END, 9))
        return ("lseek", slot, c.choice((c.place(), c.place(), -c.place())), way)

    def random_fallocate(c, slot):
        mode = c.choice((0, 0, KEEP_SIZE, PUNCH_HOLE | KEEP_SIZE, PUNCH_HOLE | KEEP_SIZE,
                         PUNCH_HOLE, ZERO_RANGE, ZERO_RANGE | KEEP_SIZE, 0x100))
        length = c.choice((0, -1, 1, 700, 4096, 8192, 50000))
        return ("fallocate", slot, mode, c.place() if c.likely(0.97) else -1, length)

    def random_hole_seek(c, slot):
        # Within the content the answer is each file system's own affair.
        return ("lseek", slot, c.choice((-1, LIMIT)), c.choice((os.SEEK_DATA, os.SEEK_HOLE)))

    # As those by path; `s` is the descriptor.
    READ_CALLS = (
        (6, None, lambda c, s: ("read", s, c.choice((0, 1, 100, 5000, 400000)))),
        (6, None, lambda c, s: ("pread", s, c.choice((1, 100, 5000, 400000)), c.place())),
        (4, None, random_lseek),
        (3, None, lambda c, s: ("fstat", s)),
        (1, None, lambda c, s: ("fsync", s)),
        (1, None, lambda c, s: ("pread", s, 10, -1)),
        (1, "holes", lambda c, s: ("data_map", s)),
        (1, "holes", random_hole_seek),
    )
    ATTRIBUTE_CALLS = (
        (2, None, lambda c, s: ("fchmod", s, c.mode())),
        (2, None, lambda c, s: ("fchown", s, c.owner(), c.owner())),
        (2, None, lambda c, s: ("futimens", s, c.time(), c.time())),
        (2, "xattr", lambda c, s: ("fsetxattr", s, c.attribute(), c.value())),
    )
    READER_CALLS = READ_CALLS + (
        (1, None, lambda c, s: ("write", s, b"x")),
        (1, None, lambda c, s: ("ftruncate", s, 5)),
        (1, None, lambda c, s: ("listdir_of", s)),
    ) + ATTRIBUTE_CALLS
    WRITER_CALLS = READ_CALLS + (
        (12, None, lambda c, s: ("write", s, c.data())),
        (9, None, lambda c, s: ("pwrite", s, c.data(), c.place())),
        (1, None, lambda c, s: ("pwrite", s, b"x", c.choice((-1, LIMIT)))),
        (5, None, lambda c, s: ("ftruncate", s, c.length())),
        (1, None, lambda c, s: ("fdatasync", s)),
        (8, "fallocate", random_fallocate),
    ) + ATTRIBUTE_CALLS
    """#
}
