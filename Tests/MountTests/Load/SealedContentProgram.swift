/// Content that proves itself: one whole version, or one whole record of a journal, for `Python`.
enum SealedContentProgram {
  static let text = #"""
    def sealed(writer, number, size):
        # A checksum, who wrote it as its how manieth and how much of it there is, and a body.
        head = b'%d %d %d ' % (writer, number, size)
        body = head + hashlib.sha256(head).digest() * (size // 32)
        return hashlib.sha256(body).digest() + body

    def opened(data):
        assert hashlib.sha256(data[32:]).digest() == data[:32], 'content that nobody published'
        return tuple(int(word) for word in data[32:100].split(b' ')[:2])

    def records(data):
        # What was written one after the other, each sealed.
        found, at = [], 0
        while at < len(data):
            words = data[at + 32:at + 100].split(b' ')
            assert len(words) > 3, 'a torn record at %d of %d' % (at, len(data))
            end = at + 32 + sum(len(word) + 1 for word in words[:3]) + int(words[2]) // 32 * 32
            found.append(opened(data[at:end]))
            at = end
        return found

    def described(data):
        try:
            return '%d bytes, number %d of writer %d' % (len(data), *reversed(opened(data)))
        except (AssertionError, ValueError):
            return '%d bytes, %s' % (len(data), hashlib.sha256(data).hexdigest()[:12])
    """#
}
