import FileTree
import Glibc
import LogFormat
import TestSupport
import Testing

import struct SystemPackage.Errno

/// What was visible ahead of a flush that failed (F1): it is taken back at once, whatever it was
/// and whatever stands before and behind it in the order, and never comes again.
@Suite(.timeLimit(.minutes(10))) struct RollbackTests {
  /// What else waits for the disk then.
  enum Company: CaseIterable {
    case none
    /// A publication before the change, which succeeds.
    case before
    /// Publications before and behind it; the last fails with it.
    case around
    /// A publication of the very file before the change, which succeeds when the change is visible.
    case ofTheFile
  }

  @Test(arguments: AheadChange.allCases, Company.allCases)
  func `F1: what was visible ahead of a failed flush is taken back`(
    change: AheadChange, company: Company
  ) throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(
      held.disk, durability: change.durability, segmentSize: 2 << 20)
    let tree = fixture.tree
    try AheadChange.prepare(fixture)
    let durable = try TreePicture(tree)
    let pinned = try #require(try fixture.find("f")?.version)
    let content = try pinned.bytes()
    held.hold()
    let before = try precede(change, company, fixture, held)
    // What waits for a publication in flight is made when that has ended.
    guard company != .ofTheFile || change.isAheadOfItsFile else { return held.release() }
    let (answer, staging) = try change.make(fixture)
    #expect(try change == .merge || TreePicture(tree) != durable)
    let behind = company == .around ? try fsync("behind", fixture) : nil
    let sync = Awaited<Void> { tree.sync($0) }
    if before != nil {
      held.pass()
      try before?.get()
      try held.waitUntilFlushing()
    }
    held.release(failing: true)
    #expect(throws: Errno.ioError) { try sync.get() }
    if let answer { #expect(throws: Errno.ioError) { try answer.get() } }
    if let behind { #expect(throws: Errno.ioError) { try behind.get() } }
    let visible = try TreePicture(tree)
    #expect(visible.files["/behind"] == nil && visible.files["/new"] == nil)
    #expect((visible.files["/before"] != nil) == [.before, .around].contains(company))
    if company != .ofTheFile { #expect(try pinned.bytes() == content) }
    try expectReadOnly(fixture)
    for _ in 0..<2 {
      guard let staging else { break }
      #expect(throws: Errno.ioError) { try fixture.wait { tree.commit(staging, .fsync, $0) } }
      #expect(throws: Errno.ioError) { try fixture.write("x", to: staging) }
    }
    #expect(try TreePicture(tree) == visible)
    held.release()
    #expect(throws: (any Error).self) { try tree.close() }
    try expectRecovered(visible, held.disk)
    var random = SeededGenerator(seed: 5)
    try expectRecovered(visible, held.disk.afterPowerCut(&random))
  }

  @Test func `F1: pinned readers see a file that grew end where it did, its writers what is left`()
    throws
  {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk)
    try fixture.publish("durable", as: "f")
    let pinned = try #require(try fixture.find("f")?.version)
    let staging = try fixture.update("f")
    held.hold()
    try fixture.append(Array(" lost".utf8), to: staging)
    #expect(try pinned.bytes() == Array("durable lost".utf8))
    try fixture.write("STAGED", to: staging)
    let sync = Awaited<Void> { fixture.tree.sync($0) }
    held.release(failing: true)
    #expect(throws: Errno.ioError) { try sync.get() }
    #expect(try pinned.bytes() == Array("durable".utf8))
    #expect(try staging.bytes() == Array("durable".utf8))
    #expect(staging.attributes().size == 7)
    #expect(throws: Errno.ioError) { try fixture.close(staging) }
  }

  @Test func `F1: who wrote upon what is taken back is told so, and so is who waits for nothing`()
    throws
  {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk, durability: .fsync)
    let tree = fixture.tree
    try fixture.publish("old", as: "f")
    try fixture.publish("old", as: "g")
    try fixture.wait { tree.sync($0) }
    let untouched = try fixture.update("g")
    held.hold()
    try fixture.publish("lost", as: "f")
    let upon = try fixture.update("f")
    try fixture.write("more", to: upon, at: 4)
    try fixture.publish("lost", as: "new")
    let pending = try fixture.create("pending")
    let view = try #require(try fixture.find("new"))
    let new = try tree.update(view.attributes.inode)
    try fixture.write("upon", to: new, at: 4)
    let sync = Awaited<Void> { tree.sync($0) }
    held.release(failing: true)
    #expect(throws: Errno.ioError) { try sync.get() }
    // The creation of one is undone, the content of the other: neither close may look like success.
    for staging in [upon, new] {
      #expect(throws: Errno.ioError) { try fixture.close(staging) }
    }
    for staging in [untouched, pending] {
      #expect(throws: Errno.readOnlyFileSystem) { try fixture.write("x", to: staging) }
      #expect(throws: Errno.readOnlyFileSystem) { try fixture.close(staging) }
    }
    // Who has it open reads on, as in a file without a name.
    #expect(try view.version?.bytes() == Array("lost".utf8))
    #expect(try fixture.names() == ["f", "g"])
    #expect(try fixture.text("f") == "old")
    #expect(tree.statistics.pendingNames == 0 && tree.statistics.log.failure == .ioError)
  }

  @Test func `F1: the listener is told of every name and file that is not what it was`() throws {
    let held = HeldDisk()
    let fixture = try TreeFixture(held.disk)
    let tree = fixture.tree
    try AheadChange.prepare(fixture)
    let told = Awaited<TakenBack> { answer in tree.whenTakenBack { answer(.success($0)) } }
    let (f, empty) = (try fixture.inode("f"), try fixture.inode("empty"))
    held.hold()
    let made = try fixture.makeDirectory("made")
    try fixture.wait { tree.removeDirectory("empty", in: .root, $0) }
    try fixture.rename("f", to: "moved")
    let sync = Awaited<Void> { tree.sync($0) }
    held.release(failing: true)
    #expect(throws: Errno.ioError) { try sync.get() }
    let change = try told.get()
    #expect(Set(change.entries.map(\.name)) == ["made", "empty", "f", "moved"])
    #expect(change.inodes == [.root, f, empty, made])
    #expect(change.restored == [empty])
  }

  @Test func `F1: where no further segment can be made, what is not on its way is taken back`()
    throws
  {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk, segmentSize: 1 << 20)
    disk.setFailure { operation in
      if case .segment? = operation.path, operation.kind == .create { .ioError } else { nil }
    }
    for index in 0..<100 {
      let name = Name(Array("\(index)".utf8))!
      do {
        try fixture.publish([UInt8](repeating: 1, count: 100_000), as: name)
        try fixture.makeDirectory(Name(Array("lazy \(index)".utf8))!)
      } catch {
        break
      }
    }
    let deadline = ContinuousClock.now + .seconds(20)
    while !fixture.tree.hasFailed, ContinuousClock.now < deadline { usleep(1000) }
    let visible = try TreePicture(fixture.tree)
    try expectReadOnly(fixture)
    disk.setFailure { _ in nil }
    try? fixture.tree.close()
    try expectRecovered(visible, disk)
  }

  // MARK: Steps

  /// A publication that is on its way to the disk, which does not answer yet.
  private func precede(
    _ change: AheadChange, _ company: Company, _ fixture: TreeFixture, _ held: HeldDisk
  ) throws -> Awaited<Void>? {
    let publication: Awaited<Void>
    switch company {
    case .none: return nil
    case .before, .around:
      // It goes to the disk with that publication, and is visible at once.
      try fixture.append(Array(" kept".utf8), to: try fixture.update("g"))
      publication = try fsync("before", fixture)
    case .ofTheFile:
      let staging = try fixture.tree.replace(try fixture.inode("f"))
      try fixture.write("published in between", to: staging)
      publication = Awaited { fixture.tree.commit(staging, .fsync, $0) }
    }
    try held.waitUntilFlushing()
    return publication
  }

  private func fsync(_ name: Name, _ fixture: TreeFixture) throws -> Awaited<Void> {
    let staging = try fixture.create(name)
    try fixture.write("\(name)", to: staging)
    return Awaited { fixture.tree.commit(staging, .fsync, $0) }
  }

  private func expectReadOnly(_ fixture: TreeFixture) throws {
    let tree = fixture.tree
    let other = try fixture.find("other")?.attributes.inode ?? .root
    let calls: [() throws -> Void] = [
      { try fixture.makeDirectory("refused") },
      { _ = try fixture.wait { tree.setAttributes(other, AttributeChange(mode: 0), $0) } },
      { _ = try fixture.create("refused") },
      { _ = try tree.update(other) },
      { _ = try tree.replace(other) },
      { _ = try fixture.wait { tree.truncate(other, size: 0, $0) } },
      { try fixture.wait { tree.sync($0) } },
    ]
    for call in calls { #expect(throws: Errno.readOnlyFileSystem) { try call() } }
  }

  private func expectRecovered(_ visible: TreePicture, _ disk: SimulatedDisk) throws {
    let tree = try FileTree.open(disk, logger: TreeFixture.silent)
    let recovered = try TreePicture(tree)
    #expect(recovered == visible, "\(recovered.differences(from: visible))")
    #expect(tree.verify { _ in }.isEmpty)
    try tree.close()
  }
}

extension AheadChange {
  /// Whether it is visible at once although a publication of its file is in flight.
  fileprivate var isAheadOfItsFile: Bool {
    switch self {
    case .changeMode, .setExtendedAttribute, .append, .unlock, .merge, .replace, .truncate: false
    default: true
    }
  }
}
