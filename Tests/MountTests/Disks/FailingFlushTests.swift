import SystemPackage
import Testing

/// A disk that fails to take what a commit needs (C7, F1): everybody who waits is told, and nothing
/// of it is ever seen, also where the kernel goes on showing what it could not write.
@Suite(.serialized) struct FailingFlushTests {
  /// What becomes of the failed store.
  enum Ending {
    case unmount, kill
    /// What was not flushed is gone: the pages that the kernel showed were never on the disk.
    case powerCut
  }

  /// Ways in which the log's disk fails, once and for good, and what comes then. Writes that are
  /// all done in part and said to have failed are left out: then nothing can be crossed out either.
  static let failures: [(FailingDisk.Rule, Ending)] = [
    (rule("fsync", .before, times: 1), .unmount), (rule("fsync", .before, times: 1), .kill),
    (rule("fsync", .before, times: 1), .powerCut), (rule("fsync", .after, times: 1), .powerCut),
    (rule("write", .before, times: 1), .kill), (rule("write", .after, times: 1), .powerCut),
    (rule("write", .half, times: 1), .kill), (rule("fsync", .before), .powerCut),
    (rule("fsync", .after), .unmount), (rule("fsync", .before), .kill),
    (rule("write", .before), .unmount), (rule("write", .after), .kill),
  ]

  private static func rule(
    _ call: String, _ moment: FailingDisk.Moment, times: Int? = nil
  ) -> FailingDisk.Rule {
    FailingDisk.Rule(call: call, pattern: "store/log/*", times: times, moment: moment)
  }

  @Test(
    "F1, C7: everybody who waits for a failed flush gets EIO, and nothing of it is ever seen",
    arguments: failures)
  func failedFlush(rule: FailingDisk.Rule, ending: Ending) throws {
    try withFailingDisk { mounted, image, disk in
      let (first, reader) = (try mounted.python(), try mounted.python())
      try first.run("publish('old', b'old'); publish('other', b'other'); os.mkdir('d')")
      try first.run("os.fsync(os.open('d', os.O_RDONLY)); held = begin('old', b'synced')")
      let writers = try ["old", "new", "d/new"].map { name in
        let writer = try mounted.python()
        try writer.run("fd = begin('\(name)', b'closed')")
        return writer
      }
      try disk.fail(FailingDisk.Rule(call: "write", pattern: "store/log/*", moment: .held))
      try first.send("os.fsync(held)")
      for writer in writers { try writer.send("os.close(fd)") }
      try waitUntil("every writer waits") { try writers.allSatisfy { try $0.isClosing } }
      // Answered after what came before: so everybody is in the queue now.
      _ = try mounted.status()
      try disk.fail(rule)
      for writer in [first] + writers {
        let failure = #expect(throws: PythonFailure.self) { try writer.receive() }
        #expect(failure?.code == .ioError, "\(rule)")
      }
      #expect(try first.failure(of: "os.write(held, b'more')") == .ioError, "the handle is spent")
      #expect(try first.failure(of: "os.fsync(held)") == .ioError)
      try expectReadOnly(mounted, reader)
      try end(ending, mounted, image, disk)
      try mounted.mount()
      let after = try mounted.python()
      try after.run(Self.tree)
      #expect(try after.run("tree()") == Self.published, "\(rule), \(ending)")
      try after.run("publish('old', b'written again'); os.mkdir('d2')")
      try mounted.crash()
      #expect(try mounted.shell("cat old").text == "written again")
    }
  }

  private static let published = "{'d': None, 'old': b'old', 'other': b'other'}"
  private static let tree = """
    def tree():
        return {os.path.relpath(os.path.join(top, name)): None if name in directories else
                content(os.path.join(top, name)) for top, directories, files in os.walk('.')
                for name in sorted(directories + files)}
    """

  /// F1: changes are refused, what is published is served, and the log says why.
  private func expectReadOnly(_ mounted: Mounted, _ reader: Python) throws {
    for change in [
      "publish('old', b'x')", "publish('new', b'x')", "os.mkdir('e')", "os.unlink('other')",
      "os.rename('old', 'other')", "os.chmod('old', 0o600)", "os.link('old', 'link')",
      "os.close(os.open('x', os.O_RDONLY | os.O_CREAT))", "os.truncate('old', 1)",
    ] {
      #expect(try reader.failure(of: change) == .readOnlyFileSystem, "\(change)")
    }
    try reader.run(Self.tree)
    #expect(try reader.run("tree()") == Self.published)
    #expect(try mounted.status().diskFailures > 0)
    #expect(mounted.log.contains("the disk failed under the log"), "\(mounted.log)")
  }

  private func end(
    _ ending: Ending, _ mounted: Mounted, _ image: LoopImage, _ disk: FailingDisk
  ) throws {
    switch ending {
    case .unmount:
      #expect(try mounted.unmountFailed() == .exited(74), "it says that the disk failed")
      try disk.heal()
    case .kill:
      try mounted.killDaemon()
      try disk.heal()
    case .powerCut:
      try image.cutPower()
      try mounted.killDaemon()
      try disk.pullOut()
      try image.powerOn()
      try disk.plugIn()
    }
  }

  @Test(
    "F1: a disk that takes nothing any more is not filled by the tries to cross out what failed")
  func brokenForGood() throws {
    try withFailingDisk { mounted, _, disk in
      let writer = try mounted.python()
      try writer.run("publish('old', b'old')")
      let before = try mounted.storeFiles("log").count
      try disk.fail(FailingDisk.Rule(call: "fsync", pattern: "store/log/*"))
      #expect(try writer.failure(of: "publish('old', b'new')") == .ioError)
      try waitUntil("it was tried four times") { try disk.failures > 4 }
      #expect(try mounted.storeFiles("log").count <= before + 1)
      #expect(try mounted.unmountFailed() == .exited(74))
      try disk.heal()
      try mounted.mount()
      #expect(try mounted.shell("cat old").text == "old")
    }
  }

  @Test(
    "C7: a large content that the disk does not take fails its writer alone, and is never seen",
    arguments: [
      FailingDisk.Rule(call: "fsync", pattern: "store/content/*", times: 1),
      FailingDisk.Rule(call: "fsync", pattern: "store/content/*", times: 1, moment: .after),
      FailingDisk.Rule(call: "fsync", pattern: "store/content", times: 1),
      FailingDisk.Rule(call: "write", pattern: "store/content/*", skip: 2, times: 1, moment: .half),
      FailingDisk.Rule(call: "write", pattern: "store/content/*", error: .noSpace),
      FailingDisk.Rule(call: "create", pattern: "store/content/*", times: 1),
      FailingDisk.Rule(call: "create", pattern: "store/content/*", error: .noSpace, moment: .after),
    ])
  func failedContent(rule: FailingDisk.Rule) throws {
    try withFailingDisk { mounted, image, disk in
      let (writer, other) = (try mounted.python(), try mounted.python())
      try writer.run("publish('large', b'old' * 300000)")
      try writer.run(
        """
        def save(name):
            global fd
            fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            put(fd, b'new' * 1000000)
            os.fsync(fd)
        """)
      for name in ["large", "unseen"] {
        try disk.fail(rule)
        #expect(try writer.failure(of: "save('\(name)')") == rule.error, "\(rule)")
        #expect(try disk.failures > 0)
        try other.run("publish('small', b'small')")
        try disk.heal()
        #expect(try writer.failure(of: "os.write(fd, b'more')") == rule.error, "it is spent")
        #expect(try writer.failure(of: "os.fsync(fd)") == rule.error)
      }
      try expectOld(other)
      try other.run("publish('small', b'goes on')")
      try mounted.crash()
      try expectOld(try mounted.python())
    }
  }

  private func expectOld(_ reader: Python) throws {
    #expect(try reader.run("content('large') == b'old' * 300000") == "True")
    #expect(try reader.run("sorted(os.listdir('.'))") == "['large', 'small']")
  }

  /// A store on a failing disk, which lies on one that can lose its power.
  private func withFailingDisk(_ body: (Mounted, LoopImage, FailingDisk) throws -> Void) throws {
    try LoopImage.run(mebibytes: 200) { image in
      try FailingDisk.run(over: image.point) { disk in
        try Mounted.run(store: disk.point.appending("store")) { try body($0, image, disk) }
      }
    }
  }
}
