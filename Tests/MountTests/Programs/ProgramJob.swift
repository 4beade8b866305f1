import Testing

/// What a program, or a few of one kind, do with files; started in an empty directory.
struct ProgramJob: Sendable, CustomTestStringConvertible {
  let program: String
  let script: String

  var testDescription: String { program }

  static let all = [
    ProgramJob(
      program: "cp",
      script: """
        cp -r /usr/include/linux/netfilter a; cp -a a b; cp -al b c; cp -f a/*.h .
        cp --sparse=always a/nf_log.h s; cp -b a/xt_mark.h s; cp -l s t
        """),
    ProgramJob(
      program: "mv",
      script: """
        seq 1000 > f; mv f g; mkdir d; mv g d/; mv d e; touch x; mv x e/g
        seq 3 > y; mv -n y e/g || true; mv -T e z; mkdir p q; mv p q z; mv -b y z/g
        """),
    ProgramJob(
      program: "cat and tee",
      script: """
        seq 100 | tee a b c > d; seq 100 200 | tee -a a >> b; cat a b | cat - c > e; cat < e >> c
        """),
    ProgramJob(
      program: "dd",
      script: """
        seq 100000 > i; exec 2>&1; dd if=i of=a bs=7 status=none
        dd if=i of=b bs=4k count=9 skip=3 status=none
        dd if=i of=b bs=1k seek=5 conv=notrunc count=2 status=none
        dd if=i of=c seek=9 bs=1k status=none; dd if=i of=c seek=2 bs=1k count=1 status=none
        dd if=i of=d bs=64k conv=fsync status=none
        dd if=i of=d bs=64k oflag=append conv=notrunc status=none
        """),
    ProgramJob(
      program: "tar",
      script: """
        cp -r /usr/include/linux/netfilter t; tar cf t.tar t; mkdir u; tar xpf t.tar -C u
        tar czf - t | tar xzf - -C u --transform s/t/v/; rm -r t; tar xf t.tar; tar rf t.tar u
        tar tf t.tar | sort > list; rm t.tar
        """),
    ProgramJob(
      program: "rsync",
      script: """
        rsync -a /usr/include/linux/netfilter/ r/; rsync -a --delete r/ r2; rm r/nf_log.h
        seq 9 > r/x_tables.h; rsync -a --delete --checksum r/ r2; rsync -a --inplace r/ r3
        seq 99 > r/x_tables.h; rsync -a --inplace r/ r3; rsync -aH --delay-updates r/ r4
        """),
    ProgramJob(
      program: "sed -i",
      script: """
        seq 10000 > f; sed -i s/9/nine/ f; chmod 640 f; sed -i.bak '1,5000d' f
        sed -i -n 2p f.bak; sed -n 3p f > f3; ln f3 f4; sed -i s/./x/ f4; ln -s f s
        sed -i --follow-symlinks 1d s
        """),
    ProgramJob(
      program: "sort",
      script: """
        seq 50000 | sort -R --random-source=/usr/bin/bash > f; sort -n f > g; sort -o f f
        sort -rn -S 100K -T . g -o g; sort -c f
        """),
    ProgramJob(
      program: "python3",
      script: """
        /usr/bin/python3 - <<'END'
        import json, os, shutil, tempfile
        for i in range(9):
            with open(f'j{i}', 'w') as file: json.dump(list(range(i)), file)
        shutil.copytree('/usr/include/linux/netfilter', 'p'); shutil.move('p', 'q')
        os.replace('j1', 'j2'); shutil.make_archive('a', 'tar', 'q'); os.remove('a.tar')
        with tempfile.TemporaryFile(dir='.') as file: file.write(b'x' * 99)
        with open('j3', 'r+') as file: file.seek(1); file.write('changed'); file.truncate(5)
        with open('j4', 'a') as file: file.write('appended')
        with open('j5', 'x+') if not os.path.exists('j5') else open('j5', 'w+') as file:
            file.write('read back'); file.seek(0); assert file.read() == 'read back'
        END
        """),
    ProgramJob(
      program: "bash and sh",
      script: """
        for i in 1 2 3 4 5; do echo $i > $i; mkdir d$i; echo $i >> all; done
        set -C; if echo x > 1; then exit 1; fi 2> /dev/null; echo y >| 4; set +C; rm 2; cat 3 > d3/x
        sh -c 'echo from sh > s; { echo a; echo b >&2; } > o 2> e; read x < s; echo "$x" > s2'
        """),
    ProgramJob(
      program: "coreutils",
      script: """
        seq 5 > a; split -l 2 a part; cat part* | cmp - a; install -m 751 a inst
        ln -s a l; ln a h; truncate -s 100 a; truncate -s +7 h; mktemp -p . t.XXX > name
        rm $(cat name) name; shred -n 1 inst; chmod u-x inst; : > inst
        """),
    ProgramJob(
      program: "gzip",
      script: """
        seq 100000 > f; gzip -nk f; gunzip -c f.gz | cmp - f; gzip -dc f.gz | head -n 9 > f || true
        gzip -nf f; gunzip f.gz
        """),
    ProgramJob(
      program: "find, grep, awk, xargs",
      script: """
        find /usr/include/linux -name '*.h' | sort | head -50 | xargs cat > all
        grep -c define all > n; awk '{print > (NR % 3)".part"}' all
        cut -c1-9 all | uniq -c | sort -k1,1n -s > counted; wc -l *.part > wc; rm all
        """),
  ]
}
