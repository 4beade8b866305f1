/// What loads a mount, for `Python`.
enum LoadProgram {
  /// A content that proves itself, and a writer that notes outside the mount what was acknowledged.
  static let tools = """
    import random
    def sealed(writer, number, size):
        body = b'%d %d ' % (writer, number)
        body += hashlib.sha256(body).digest() * (size // 32)
        return hashlib.sha256(body).digest() + body
    def opened(data):
        assert hashlib.sha256(data[32:]).digest() == data[:32], 'content that nobody published'
        return tuple(int(word) for word in data[32:80].split(b' ')[:2])
    def work(writer, seed, notes):
        chance = random.Random(seed)
        note = os.open(notes + '/%d.%d' % (writer, seed), os.O_WRONLY | os.O_CREAT)
        number = seed
        try:
            while True:
                number += 1
                name = 'w%d.%d' % (writer, chance.randrange(5))
                data = sealed(writer, number, chance.choice([0, 100, 5000, 70000, 400000]))
                way = chance.randrange(4)
                if way == 0: publish(name, data)
                elif way == 1: publish(name + '.tmp', data); os.rename(name + '.tmp', name)
                elif way == 2:
                    fd = begin(name + '.tmp', data); os.rename(name + '.tmp', name); os.close(fd)
                else: fd = begin(name, data); os.fsync(fd); os.close(fd)
                os.write(note, b'%s %d\\n' % (name.encode(), number))
        except OSError:
            pass
    def check(notes):
        noted = {}
        for file in os.listdir(notes):
            for line in content(notes + '/' + file).splitlines():
                name, number = line.split()
                noted[name.decode()] = max(noted.get(name.decode(), 0), int(number))
        lost = list(set(noted) - set(os.listdir('.')))
        for name in os.listdir('.'):
            writer, number = opened(content(name))
            assert name.startswith('w%d.' % writer), name
            # A temporary name may be left over, or renamed over and over again.
            if not name.endswith('.tmp') and number < noted.get(name, 0): lost.append(name)
        return noted, lost
    """
}
