import LogFormat
import struct SystemPackage.Errno

/// One pass over a salvaged tree: reads everything, tells what is lost, and writes down what is
/// not.
struct Rescue {
  let salvaged: SalvagedTree
  /// Where it is written to; nil if only the losses are wanted.
  private var writer: RescueWriter?
  private(set) var losses: [FileLoss] = []

  private var progress = VerifyProgress()
  /// Files that have been read, and the loss that was found.
  private var done: [Inode: Int?] = [:]
  private var directories: Set<Inode> = []
  private let lostAndFound: Name

  init(_ salvaged: SalvagedTree, into target: FileTree?) {
    self.salvaged = salvaged
    writer = target.map { RescueWriter($0, sharing: salvaged.state) }
    progress.filesTotal = salvaged.fileCount
    lostAndFound = salvaged.state.freeName("lost+found", in: .root)
  }

  mutating func run(_ report: (VerifyProgress) -> Void) throws {
    try writer?.begin(with: salvaged.state)
    try enter(.root, path: [], report)
    // First what had its name in a directory that is lost, then what turns in a circle.
    let lost = salvaged.state.nodes.filter { !isDone($0.inode) }.sorted {
      (min($0.attributes.names, 1), $0.inode) < (min($1.attributes.names, 1), $1.inode)
    }
    for node in lost where !isDone(node.inode) { try adopt(node, report) }
    try writer?.finish()
  }

  private func isDone(_ inode: Inode) -> Bool {
    directories.contains(inode) || done[inode] != nil
  }

  /// Goes through a directory that is written already.
  private mutating func enter(
    _ inode: Inode, path: [UInt8], _ report: (VerifyProgress) -> Void
  ) throws {
    guard let node = salvaged.state[inode], directories.insert(inode).inserted else { return }
    note(node, path)
    count(report)
    for (name, child) in (node.directory?.entries ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let node = salvaged.state[child] else { continue }
      try visit(node, EntryKey(directory: inode, name: name), path.appending(name), report)
    }
  }

  private mutating func visit(
    _ node: Node, _ place: EntryKey, _ path: [UInt8], _ report: (VerifyProgress) -> Void
  ) throws {
    if node.directory != nil {
      guard !directories.contains(node.inode) else { return }
      try writer?.add(node, at: place)
      try enter(node.inode, path: path, report)
    } else if let loss = done[node.inode] {
      // One more name of a file.
      if let loss { losses[loss].paths.append(path) }
      if loss.map({ losses[$0].place == losses[$0].paths[0] }) ?? true {
        try writer?.link(node.inode, at: place)
      }
    } else {
      try save(node, place, path, report)
    }
  }

  /// Saves a file: at its place if it is as it was, else among what was found.
  private mutating func save(
    _ node: Node, _ place: EntryKey, _ path: [UInt8], _ report: (VerifyProgress) -> Void
  ) throws {
    let ranges = try read(node, report)
    if let reason = salvaged.doubts[node.inode] ?? (ranges.isEmpty ? nil : .damaged) {
      var loss = FileLoss(paths: [path], inode: node.inode, reason: reason, ranges: ranges)
      if reason == .gone {
        writer?.drop()
      } else {
        loss.place = try keep(node)
      }
      loss.earlier = try keepEarlier(than: node)
      done[node.inode] = .some(losses.count)
      losses.append(loss)
    } else {
      try writer?.place(node, at: place)
      done[node.inode] = .some(note(node, path))
    }
  }

  /// Saves what no name leads to.
  private mutating func adopt(_ node: Node, _ report: (VerifyProgress) -> Void) throws {
    let path = place(of: node.inode)
    if node.directory != nil {
      losses.append(
        FileLoss(paths: [], inode: node.inode, reason: .nameless, place: path.joined))
      let lost = try lostPlace(of: node.inode)
      try writer?.add(node, at: lost)
      return try enter(node.inode, path: path.joined, report)
    }
    let ranges = try read(node, report)
    let isUnlinked = salvaged.unlinked.contains(node.inode)
    let sound = isUnlinked ? FileLoss.Reason.unlinked : .nameless
    let reason = salvaged.doubts[node.inode] ?? (ranges.isEmpty ? sound : .damaged)
    done[node.inode] = .some(nil)
    // What was deleted most likely has been written over: then it is no loss.
    guard reason != .gone, !isUnlinked || ranges.isEmpty else {
      writer?.drop()
      return
    }
    losses.append(
      FileLoss(
        paths: [], inode: node.inode, reason: reason, ranges: ranges, place: try keep(node)))
  }

  /// Puts a file that has been read into `lost+found`; answers where.
  private mutating func keep(_ node: Node) throws -> [UInt8] {
    let lost = try lostPlace(of: node.inode)
    try writer?.place(node, at: lost)
    return place(of: node.inode).joined
  }

  /// Puts the newest version beside it that is whole; answers where.
  private mutating func keepEarlier(than node: Node) throws -> [UInt8]? {
    for file in (salvaged.earlier[node.inode] ?? []).reversed() {
      var nowhere: RescueWriter?
      var reading = ContentRescue()
      try reading.run(file.content, into: &nowhere) { _ in }
      guard reading.damaged.isEmpty else { continue }
      let lost = try lostPlace(of: node.inode, Self.earlier)
      if let inode = writer?.newInode() {
        try reading.run(file.content, into: &writer) { _ in }
        var attributes = node.attributes
        attributes.inode = inode
        try writer?.place(Node(attributes, .file(file)), at: lost)
      }
      return place(of: node.inode, Self.earlier).joined
    }
    return nil
  }

  private static let earlier = ".earlier"

  private mutating func lostPlace(of inode: Inode, _ suffix: String = "") throws -> EntryKey {
    let directory = try writer?.makeLostAndFound(lostAndFound) ?? .root
    return EntryKey(directory: directory, name: place(of: inode, suffix)[1])
  }

  private func place(of inode: Inode, _ suffix: String = "") -> [Name] {
    [lostAndFound, Name(Array("#\(inode.rawValue)\(suffix)".utf8))!]
  }

  /// Reads a file's content, and stages it for the writer; answers what is missing.
  private mutating func read(
    _ node: Node, _ report: (VerifyProgress) -> Void
  ) throws -> [Range<UInt64>] {
    count(report)
    guard let content = node.file?.content else { return [] }
    var reading = ContentRescue()
    let before = self.progress
    var progress = before
    try reading.run(content, into: &writer) { bytes in
      progress.bytes = before.bytes + bytes
      report(progress)
    }
    self.progress = progress
    return reading.damaged
  }

  private mutating func count(_ report: (VerifyProgress) -> Void) {
    progress.files += 1
    report(progress)
  }

  /// Notes that a name or attributes are not proven; answers where.
  @discardableResult
  private mutating func note(_ node: Node, _ path: [UInt8]) -> Int? {
    guard let sequence = salvaged.changes[node.inode] else { return nil }
    losses.append(
      FileLoss(
        paths: [path], inode: node.inode, reason: .attributes(sequence), place: path))
    return losses.count - 1
  }
}

extension TreeState {
  /// `text`, or that with a number behind it if it is taken.
  fileprivate func freeName(_ text: String, in directory: Inode) -> Name {
    var name = Name(Array(text.utf8))!
    var number = 1
    while entry(name, in: directory) != nil {
      name = Name(Array("\(text).\(number)".utf8))!
      number += 1
    }
    return name
  }
}

extension [UInt8] {
  fileprivate func appending(_ name: Name) -> [UInt8] {
    isEmpty ? name.bytes : self + [UInt8(ascii: "/")] + name.bytes
  }
}

extension [Name] {
  fileprivate var joined: [UInt8] { reduce([]) { $0.appending($1) } }
}
