import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Writes saved files into an empty tree, each with one commit or a few, by their old numbers.
struct RescueWriter {
  /// A piece of content ends at so many bytes, or extents: its record has to fit a segment.
  private static let pieceBytes: UInt64 = 8 << 30
  private static let pieceExtents = 50_000
  /// The log is waited for after so many files, so that little is on its way.
  private static let filesOnTheWay = 256

  private let target: FileTree
  private var lostAndFound: Inode?
  private var nextInode: UInt64 = 0
  private var filesSinceWait = 0

  /// What was staged of the content at hand.
  private var content = Content()
  private var area: StagedArea?
  /// The records that precede the content's last piece.
  private var pieces: [(extents: [Extent], sealed: SealedContent?)] = []
  private var piece: [Extent] = []
  private var shared: SharedChunks

  /// - Parameter state: what is to be written; content that several files show is written once.
  init(_ target: FileTree, sharing state: TreeState) {
    self.target = target
    shared = SharedChunks(of: state)
  }

  /// Makes the root what it was.
  mutating func begin(with state: TreeState) throws {
    nextInode = state.nextInode
    try target.core.withLock { try $0.state.reserveInodes(below: state.nextInode) }
    guard let root = state[.root] else { return }
    try commit(root.creation)
  }

  /// Makes everything durable.
  func finish() throws { try target.log.waitUntilDurable() }

  /// Writes a directory down.
  mutating func add(_ node: Node, at place: EntryKey) throws {
    try commit(node.creation + [link(node.inode, place)])
  }

  /// Gives a file one more name.
  mutating func link(_ inode: Inode, at place: EntryKey) throws {
    try commit([link(inode, place)])
  }

  /// A number that no file has.
  mutating func newInode() -> Inode {
    defer { nextInode += 1 }
    return Inode(rawValue: nextInode)
  }

  /// The number of `lost+found`, made when it is asked for first.
  mutating func makeLostAndFound(_ name: Name) throws -> Inode {
    if let lostAndFound { return lostAndFound }
    let inode = newInode()
    lostAndFound = inode
    let now = Timestamp.now()
    let create = CreateRecord(
      inode: inode, mode: FileType.directory | 0o700, uid: Platform.userID,
      gid: Platform.groupID, rdev: 0, accessed: now, modified: now, changed: now, created: now,
      symlinkTarget: [])
    try commit([.create(create), link(inode, EntryKey(directory: .root, name: name))])
    return inode
  }

  /// Takes over bytes of the content at hand, that `extent` shows in the damaged store.
  mutating func stage(_ bytes: UnsafeRawBufferPointer, as extent: Extent) throws(Errno) {
    if piece.count >= Self.pieceExtents || (area?.length ?? 0) >= Self.pieceBytes {
      try endPiece()
    }
    var area = self.area ?? StagedArea(store: target.store)
    self.area = nil
    defer { self.area = area }
    let start = try area.append(bytes)
    let staged = Extent(
      fileOffset: extent.fileOffset, length: extent.length, chunk: area.chunk, chunkOffset: start)
    shared.note(staged, as: extent)
    append(staged)
  }

  /// Shows what another file has brought over already.
  /// - Returns: false if not all of it has been.
  mutating func share(_ extent: Extent) throws -> Bool {
    guard let parts = shared.copies(of: extent) else { return false }
    let isOnTheWay = { (part: Extent) in part.chunk.location == nil }
    if parts.contains(where: isOnTheWay) { try target.log.waitUntilDurable() }
    guard !parts.contains(where: isOnTheWay) else { return false }
    for part in parts { append(part) }
    return true
  }

  /// Writes the file down whose content was staged.
  mutating func place(_ node: Node, at place: EntryKey) throws {
    if let size = node.file?.content.size, size > 0 {
      content.size = size
      try endPiece()
    }
    var records = node.creation
    var body = Content(size: content.size)
    for (index, piece) in pieces.enumerated() {
      for extent in piece.extents { body.extents.insert(extent) }
      records.append(.setContent(record(piece, of: node.inode, isFirst: index == 0)))
      if index < pieces.count - 1 {
        try commit(records, piece.sealed, body, of: node.inode)
        records = []
      }
    }
    records.append(link(node.inode, place))
    try commit(records, pieces.last?.sealed, pieces.isEmpty ? nil : body, of: node.inode)
    drop()
    try waitNowAndThen()
  }

  /// Forgets what was staged.
  mutating func drop() {
    content = Content()
    area = nil
    pieces = []
    piece = []
  }

  private mutating func append(_ extent: Extent) {
    if let last = piece.last, last.isContinued(by: extent) {
      piece[piece.count - 1].length += extent.length
    } else {
      piece.append(extent)
    }
  }

  private mutating func endPiece() throws(Errno) {
    var sealed: SealedContent?
    if var area {
      self.area = nil
      sealed = try area.seal()
    }
    if case .blob(let blob, _) = sealed {
      do { try blob.flush() } catch { throw Errno(error) }
    }
    pieces.append((piece, sealed))
    piece = []
  }

  private func record(
    _ piece: (extents: [Extent], sealed: SealedContent?), of inode: Inode, isFirst: Bool
  ) -> ContentRecord {
    var writer = ContentRecordWriter()
    for extent in piece.extents {
      writer.append(extent) {
        extent.chunk === piece.sealed?.chunk ? piece.sealed!.record : extent.chunk.record
      }
    }
    return ContentRecord(
      inode: inode, size: content.size, replacesAll: isFirst, chunks: writer.chunks,
      extents: writer.extents)
  }

  private func link(_ inode: Inode, _ place: EntryKey) -> Record {
    .link(LinkRecord(parent: place.directory, name: place.name, inode: inode, time: nil))
  }

  private func commit(
    _ records: [Record], _ sealed: SealedContent? = nil, _ content: Content? = nil,
    of inode: Inode = .root
  ) throws {
    try target.core.withLock { core in
      let commit = Commit(records, at: core.now(), content: sealed?.buffers ?? [])
      core.lastSequence = try target.log.append(commit, .lazy) { outcome in
        if case .success(let place) = outcome { sealed?.settle(at: place) }
      }
      for record in records {
        if case .setContent = record { continue }
        try core.state.apply(record)
      }
      if let content { try core.state.setFile(FileBody(content), of: inode) }
      core.state.endCommit()
    }
  }

  private mutating func waitNowAndThen() throws {
    filesSinceWait += 1
    guard target.store.isMemoryFull || filesSinceWait >= Self.filesOnTheWay else { return }
    filesSinceWait = 0
    try target.log.waitUntilDurable()
  }
}
