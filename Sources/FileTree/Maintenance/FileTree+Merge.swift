import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Many small appends leave many small extents, each with a chunk of its own: they are written
/// together once more, so that the file stays cheap to read and to write down.
extension FileTree {
  /// Extents from this length on stay as they are, in bytes.
  private static let largeExtent: UInt64 = 256 << 10

  /// Merges what appends have left since the last call.
  /// - Parameter count: how many extents make it worth its writing. A byte is written again only
  ///   when what it lies in is one of so many, so a log of any length is rewritten a few times.
  package func mergeExtents(atLeast count: Int = 32) throws {
    // Those that are added meanwhile have their turn the next time.
    for _ in 0..<core.withLock({ $0.fragmented.count }) {
      guard let inode = core.withLock({ $0.fragmented.popFirst() }) else { return }
      guard let file = published(inode) else { continue }
      for run in runs(of: file.content.extents, atLeast: count) {
        try merge(run, of: file, inode)
      }
    }
  }

  /// Ranges without a hole that are made of many small extents.
  private func runs(of extents: ExtentMap, atLeast wanted: Int) -> [Range<UInt64>] {
    let most = log.backgroundBytes
    var runs: [Range<UInt64>] = []
    var run: Range<UInt64> = 0..<0
    var count = 0
    func end() {
      if count >= wanted { runs.append(run) }
      count = 0
    }
    extents.forEach { extent in
      guard extent.length < Self.largeExtent else { return end() }
      if extent.fileOffset != run.upperBound || extent.fileEnd - run.lowerBound > most {
        end()
      }
      run = (count == 0 ? extent.fileOffset : run.lowerBound)..<extent.fileEnd
      count += 1
    }
    end()
    return runs
  }

  private func merge(_ run: Range<UInt64>, of file: FileBody, _ inode: Inode) throws {
    let buffer = ContentBuffer(capacity: run.count)
    buffer.resize(to: run.count)
    do {
      try buffer.withMutableBytes(in: 0..<run.count) {
        try file.content.extents.read(at: run.lowerBound, into: $0)
      }
    } catch {
      // What is damaged stays where it can be found.
      return
    }
    let sealed = SealedContent.inline(buffer, Chunk(buffer, store: store))
    try core.withLock { core in
      guard core.inFlight[inode] == nil, let present = core.state[inode]?.file,
        present.version === file.version
      else { return }
      try core.publish(sealed, at: run, of: present, inode, in: self)
    }
  }
}

extension TreeCore {
  /// The same version with the same bytes, one range of them somewhere else.
  fileprivate mutating func publish(
    _ sealed: SealedContent, at run: Range<UInt64>, of present: FileBody, _ inode: Inode,
    in tree: FileTree
  ) throws {
    var content = present.content
    let record = content.insert(sealed, at: run.lowerBound, of: inode)
    let commit = Commit([.setContent(record)], at: now(), content: sealed.buffers)
    lastSequence = try tree.log.append(commit, .lazy) { outcome in
      if case .success(let place) = outcome { sealed.settle(at: place) }
    }
    let file = FileBody(version: present.version, content: content)
    wayBack.add(
      OrderedCommit(
        sequence: lastSequence, encodedRecords: commit.records, publishes: (inode, .whole(file))),
      visible: state)
    file.version.become(content)
    try state.setFile(file, of: inode)
  }
}
