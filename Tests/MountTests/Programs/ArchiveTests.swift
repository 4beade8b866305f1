import Testing

/// Programs that pack and unpack, and dpkg, which unpacks with the most care of all.
@Suite struct ArchiveTests {
  @Test("an archive unpacks to the same files as on a plain disk", arguments: jobs)
  func sameAsOnDisk(job: ProgramJob) throws {
    try Mounted.run { try $0.compareWithDisk(job) }
  }

  static let jobs = [
    ProgramJob(
      program: "tar over files that exist",
      script: """
        cp -r /usr/include/linux/netfilter t; ln t/nf_log.h linked; tar cf t.tar t
        seq 9 > t/nf_log.h; seq 8 > t/x_tables.h; ln -s x_tables.h t/link; tar xf t.tar
        seq 7 > t/nf_log.h; tar xf t.tar --overwrite; tar xf t.tar --keep-newer-files t/nf_log.h
        tar xf t.tar --unlink-first --recursive-unlink; tar df t.tar
        truncate -s 3M hole; seq 9 >> hole; tar cSf h.tar hole; rm hole; tar xSf h.tar; rm ?.tar
        """),
    ProgramJob(
      program: "zip and unzip",
      script: """
        cp -r /usr/include/linux/netfilter t; zip -qr t.zip t; unzip -q t.zip -d u; seq 9 > t/new
        zip -qr t.zip t; zip -qd t.zip t/nf_log.h; zip -qT t.zip; unzip -qo t.zip -d u
        zip -qm t.zip t/new; unzip -qp t.zip t/new > new; rm t.zip
        """),
    ProgramJob(
      program: "zstd, xz and bzip2",
      script: """
        seq 100000 > f; zstd -q f; zstd -qt f.zst; zstd -dq f.zst -o g; cmp f g
        xz -k f; xz -t f.xz; xz -dc f.xz | cmp - f; bzip2 -k f; bunzip2 -c f.bz2 | cmp - f
        rm f; xz -d f.xz; cmp f g; zstd -q --rm f -o h.zst; zstd -qf g -o h.zst; cp h.zst old
        bzip2 -df f.bz2; xz g; cat h.zst >> g.xz; mv old old.zst; zstd -dqf h.zst old.zst
        """),
    ProgramJob(
      program: "dpkg-deb",
      script: """
        \(package(version: 1)); dpkg-deb -x 1.deb x; dpkg-deb -e 1.deb x/control
        dpkg-deb -x 1.deb x; dpkg-deb -c 1.deb | awk '{print $1, $6}' > list; rm 1.deb
        """),
    ProgramJob(
      program: "dpkg, installing, upgrading and removing",
      script: """
        \(package(version: 1)); \(package(version: 2))
        mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates; : > root/var/lib/dpkg/status
        install() { dpkg --root="$PWD/root" --log="$PWD/log" "$@" > printed 2>&1; }
        install -i 1.deb; cat root/etc/sample/conf; install --force-confold -i 2.deb
        install --verify sample; install -r sample; install --force-confnew -i 2.deb
        rm -r log printed ?.deb
        """),
  ]

  /// Builds a package whose files depend on `version` alone.
  private static func package(version: Int) -> String {
    """
    rm -rf p; mkdir -p p/DEBIAN p/etc/sample p/usr/share/sample; export SOURCE_DATE_EPOCH=0
    printf '%s\\n' 'Package: sample' 'Version: \(version)' 'Architecture: all' \
    'Maintainer: Nobody <nobody@localhost>' 'Description: a sample' > p/DEBIAN/control
    echo /etc/sample/conf > p/DEBIAN/conffiles; echo version=\(version) > p/etc/sample/conf
    cp /usr/include/linux/netfilter/*.h p/usr/share/sample; ln -s n p/usr/share/sample/l
    seq \(version)0000 > p/usr/share/sample/n; ln p/usr/share/sample/n p/usr/share/sample/m
    dpkg-deb --root-owner-group -Znone -b p \(version).deb > printed; rm printed
    """
  }
}
