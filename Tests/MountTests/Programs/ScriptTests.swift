import Testing

/// Programs that change files in place, as scripts use them.
@Suite struct ScriptTests {
  @Test("a script leaves the same files as on a plain disk", arguments: jobs)
  func sameAsOnDisk(job: ProgramJob) throws {
    try Mounted.run { try $0.compareWithDisk(job) }
  }

  static let jobs = [
    ProgramJob(
      program: "perl -i",
      script: """
        seq 10000 > f; chmod 640 f; perl -pi -e 's/9/nine/' f; perl -i.bak -ne 'print if /1/' f
        ln f g; perl -pi -e 's/^/x/' f; perl -pi -e 'die if $. > 5' g 2> /dev/null || true
        perl -e 'open(F, "+<", "f"); seek(F, 3, 0); print F "here"; truncate(F, 99)'
        perl -e 'open(F, ">>", "f"); print F "end\\n"'
        """),
    ProgramJob(
      program: "patch",
      script: """
        cp -r /usr/include/linux/netfilter a; cp -r a b; sed -i 's/include/INCLUDE/' b/*.h
        seq 9 > b/new; rm b/nf_log.h; diff -ruN a b > ab.diff || true; rm -r b; cp -al a c
        patch -s -d a -p1 < ab.diff; patch -sR -d a -p1 --dry-run < ab.diff
        patch -s -b -d c -p1 < ab.diff; sed -i 5d a/x_tables.h
        patch -sR -d a -p1 -f < ab.diff > /dev/null || true; ls a/*.rej; rm a/*.rej ab.diff
        """),
    ProgramJob(
      program: "split and csplit",
      script: """
        seq 10000 > f; split -l 700 f part.; cat part.* | cmp - f; split -n 5 -d f n.
        split -b 3k --filter='sort -r > $FILE.sorted' f s.; csplit -sz f 100 '{5}'
        """),
    ProgramJob(
      program: "dd, truncate and fallocate",
      script: """
        seq 30000 > f; printf here | dd of=f bs=1 seek=5000 conv=notrunc status=none
        truncate -s 20000 f; truncate -s 100K f; fallocate -l 300K f; fallocate -n -l 400K f
        seq 30000 > g; fallocate -p -o 8192 -l 16384 g; fallocate -z -o 32768 -l 5000 g
        fallocate -l 1M new; cp --sparse=never g h; cp --sparse=always new holes
        fallocate -d holes; seq 100 | dd of=new conv=notrunc bs=1k oseek=3 status=none
        """),
    ProgramJob(
      program: "find -newer",
      script: """
        seq 9 > a; sleep 0.01; seq 9 > b; sleep 0.01; : > mark; sleep 0.01; seq 9 >> a; seq 9 > c
        find . -newer mark -name '?' | sort > newer; sleep 0.01; touch -r mark c; truncate -s 1 b
        find . -newer mark -name '?' | sort > later; find . -name '?' -empty > empty
        [ a -nt b ] || echo older > result; [ b -nt mark ] && find . -name b -delete
        """),
    ProgramJob(
      program: "ssh-keygen",
      script: """
        ssh-keygen -q -t ed25519 -N '' -C me -f k; [ "$(stat -c %a k)" = 600 ]
        ssh-keygen -q -p -P '' -N secret -f k > /dev/null; ssh-keygen -y -P secret -f k > derived
        cut -d ' ' -f 1,2 derived > a; cut -d ' ' -f 1,2 k.pub | cmp - a; rm a derived
        for host in one two three; do echo "$host $(cut -d ' ' -f 1,2 k.pub)"; done > hosts
        ssh-keygen -q -R two -f hosts 2> /dev/null; cut -d ' ' -f 1 hosts hosts.old > names
        ssh-keygen -H -f hosts > /dev/null 2>&1; rm k k.pub hosts hosts.old
        """),
    ProgramJob(
      program: "ed, tee -a, sponge by hand",
      script: """
        seq 100 > f; printf '%s\\n' 5d '2,3m$' ',s/9/nine/' w q | ed -s f; seq 3 | tee -a f > g
        x=$(sort -r f); echo "$x" > f; cat <<< "$(tac f)" > f; mapfile -t l < f
        printf '%s\\n' "${l[@]}" > f; printf '%s\\n' '$r g' 1,5d wq | ed -s f
        """),
  ]

  @Test("python3 -m json.tool, jq and a program of one's own rewrite the file that they read")
  func configurationInPlace() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        #"""
        set -e; echo '{"count": 0, "names": ["a", "b"]}' > c.json
        for i in 1 2 3 4 5; do
          jq '.count += 1' c.json > c.json
          python3 -c 'import json
        with open("c.json", "r+") as file:
            c = json.load(file); c["count"] += 1; file.seek(0); json.dump(c, file); file.truncate()'
          python3 -c 'import json
        c = json.load(open("c.json")); c["names"].append("n%d" % c["count"])
        json.dump(c, open("c.json", "w"), indent=2)'
        done
        [ "$(jq -c '[.count, (.names | length)]' c.json)" = '[10,7]' ]
        """#
      ).require()
      try mounted.crash()
      #expect(try mounted.shell("jq .count c.json").text == "10")
    }
  }

  @Test("a program killed while it rewrites its JSON leaves a whole one, every time")
  func killedWhileRewriting() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        #"""
        set -e; echo '[]' > c.json
        for i in 1 2 3 4 5; do
          timeout -s KILL 0.3 python3 -c 'import json
        while True:
            value = json.load(open("c.json"))
            json.dump(value + list(range(1000)), open("c.json", "w"))' || true
          jq -e 'length % 1000 == 0' c.json > /dev/null; ls -A
        done | uniq | tee seen; jq -e 'length > 0' c.json > /dev/null; [ "$(cat seen)" = c.json ]
        """#
      ).require()
    }
  }

  @Test("python3's tempfile, shelve, mmap and its log handlers work, and last")
  func pythonModules() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        #"""
        python3 - <<'END'
        import dbm.dumb, logging.handlers, mmap, os, shelve, tempfile
        with tempfile.TemporaryFile(dir='.') as file:
            file.write(b'x' * 99); file.seek(0); assert len(file.read()) == 99
        with tempfile.NamedTemporaryFile('w', dir='.', delete=False) as file: file.write('new')
        os.replace(file.name, 'replaced')
        with shelve.open('shelf', writeback=True) as shelf:
            for i in range(200): shelf[f'key{i}'] = list(range(i))
            shelf['key5'].append('more')
        with dbm.dumb.open('dumb', 'c') as d: d['a'] = 'one'; d['b'] = 'two'; del d['a']
        with open('mapped', 'wb') as file: file.write(bytes(3 * 4096))
        file = open('mapped', 'r+b'); view = mmap.mmap(file.fileno(), 0)
        view[5000:5004] = b'here'; view.flush()
        assert open('mapped', 'rb').read()[5000:5004] == b'here', 'msync publishes'
        handler = logging.handlers.RotatingFileHandler('log', maxBytes=2000, backupCount=9)
        for i in range(200): handler.emit(logging.makeLogRecord({'msg': f'line {i}'}))
        os._exit(0)  # closes nothing by itself: what was flushed has to be enough
        END
        """#
      ).require()
      try mounted.crash()
      try mounted.shell(
        #"""
        set -e; python3 - <<'END'
        import dbm.dumb, glob, shelve
        with shelve.open('shelf') as shelf:
            assert len(shelf) == 200 and shelf['key5'] == [0, 1, 2, 3, 4, 'more']
        with dbm.dumb.open('dumb') as d: assert d.keys() == [b'b'] and d['b'] == b'two'
        assert open('mapped', 'rb').read()[4999:5005] == b'\0here\0'
        lines = ''.join(open(name).read() for name in sorted(glob.glob('log*'))).split('\n')
        assert sorted(lines) == sorted([f'line {i}' for i in range(200)] + ['']), lines
        END
        [ "$(cat replaced)" = new ]
        """#
      ).require()
    }
  }
}
