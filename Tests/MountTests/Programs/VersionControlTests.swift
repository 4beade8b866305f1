import Testing

/// git, with everything that it leaves in `.git` checked by itself.
@Suite struct VersionControlTests {
  /// Fixed names and times, so that the same work has the same commits everywhere.
  private static let setting = """
    set -e; umask 022
    export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_DATE='1700000000 +0000'
    export GIT_COMMITTER_DATE='1700000000 +0000' GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost
    export GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@localhost GIT_MERGE_AUTOEDIT=no
    export GIT_ADVICE=0 GIT_EDITOR=true
    """

  private static let work = """
    git init -q -b main origin; cd origin; cp /usr/include/linux/netfilter/*.h .
    git add .; git commit -qm first; git checkout -q -b side; seq 9 > side; git add side
    git commit -qm side; git checkout -q main; sed -i 1d nf_log.h; git commit -qam change
    git merge -q -m merged side; git tag -m tagged v1; cd ..
    git clone -q origin copy; git clone -q --bare origin bare.git
    git clone -q file://"$PWD"/bare.git far
    cd copy; git checkout -q -b topic HEAD~1; for i in 1 2 3; do
      echo $i >> topic; git add topic; git commit -qm "topic $i"
    done
    git rebase -q main; git push -q origin topic
    echo dirty >> nf_log.h; git stash -q; git stash pop -q
    git checkout -q nf_log.h; git mv topic moved; git commit -qm moved
    git commit -q --amend -m amended
    git worktree add -q ../tree main; git repack -qad; git gc -q
    git fsck --strict --no-dangling --no-progress
    cd ../far; git fetch -q ../copy topic:topic; git reset -q --hard topic; git clean -qfdx; cd ..
    """

  /// What has to be the same everywhere: the commits and the files checked out.
  private static let result = """
    for i in origin copy bare.git far tree; do
      git -C $i fsck --strict --no-dangling --no-progress; git -C $i for-each-ref
      git -C $i rev-parse HEAD HEAD^{tree}; [ $i = bare.git ] || git -C $i status --porcelain
    done 2>&1 | grep -v '^notice'
    diff -r --exclude=.git tree origin >&2; find . -name '*.lock'
    """

  @Test("git: clone, commit, merge, rebase, push, gc and fsck, the same as on a plain disk")
  func git() throws {
    try Mounted.run { mounted in
      let plain = try mounted.shell(
        "\(Self.setting)\nmkdir \(mounted.scratch)/plain; cd \(mounted.scratch)/plain\n"
          + "\(Self.work)\n\(Self.result)", limit: .seconds(60)
      ).require()
      let here = try mounted.shell(
        "\(Self.setting)\n\(Self.work)\n\(Self.result)", limit: .seconds(60)
      ).require()
      #expect(here.text == plain.text)
      try mounted.crash()
      let later = try mounted.shell("\(Self.setting)\n\(Self.result)")
      #expect(later.text == plain.text)
    }
  }

  @Test("git killed while it commits and packs leaves a sound repository")
  func killed() throws {
    try Mounted.run { mounted in
      try mounted.shell(
        """
        \(Self.setting)
        git init -q -b main r; cd r
        for round in 1 2 3 4 5; do
          timeout -s KILL 0.$((round * 15)) bash -c '
            for i in $(seq 100); do
              seq $RANDOM > f$((i % 7)); git add .; git commit -qm $i; ((i % 10)) || git gc -q
            done' 2> /dev/null || true
          # As on any file system: a killed git leaves its lock, and says so the next time.
          find .git -name '*.lock' -delete
          git fsck --strict --no-dangling --no-progress 2>> ../problems; git status > /dev/null
        done
        git rev-list --count HEAD > ../count; [ "$(cat ../count)" -gt 2 ]
        ! grep -v '^notice' ../problems
        """, limit: .seconds(60)
      ).require()
    }
  }
}
