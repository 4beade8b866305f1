import struct SystemPackage.Errno

/// Directories, links, renames and attributes, as POSIX has them.
extension ContractModel {
  func entries(of node: Node) -> [String: Node]? {
    if case .directory(let entries)? = files[node]?.body { entries } else { nil }
  }

  func key(_ place: Place) throws(Errno) -> Key {
    guard let directory = place.directory else {
      return Key(directory: Self.root, name: place.name)
    }
    guard let node = entries(of: Self.root)![directory] else { throw .noSuchFileOrDirectory }
    guard entries(of: node) != nil else { throw .notDirectory }
    return Key(directory: node, name: place.name)
  }

  subscript(key: Key) -> Node? {
    get { entries(of: key.directory)?[key.name] }
    set {
      guard var entries = entries(of: key.directory) else { return }
      if let old = entries[key.name] { files[old]!.names -= 1 }
      entries[key.name] = newValue
      files[key.directory]!.body = .directory(entries)
      if let newValue { files[newValue]!.names += 1 }
    }
  }

  /// What a published path leads to.
  func node(_ place: Place) throws(Errno) -> Node {
    guard let node = self[try key(place)] else { throw .noSuchFileOrDirectory }
    return node
  }

  private func requireFree(_ key: Key) throws(Errno) {
    guard self[key] == nil, pendingNames[key] == nil else { throw .fileExists }
  }

  private func requireEmptyDirectory(_ node: Node) throws(Errno) {
    guard let entries = entries(of: node) else { throw .notDirectory }
    guard entries.isEmpty, !pendingNames.keys.contains(where: { $0.directory == node }) else {
      throw .directoryNotEmpty
    }
  }

  /// What has no name left is gone.
  private mutating func sweep() {
    for (node, file) in files where file.names == 0 && node != Self.root { files[node] = nil }
  }

  mutating func make(_ place: Place, _ body: Body) throws(Errno) -> Effect {
    let key = try key(place)
    try requireFree(key)
    let node = newNode()
    let isSymlink = if case .symlink = body { true } else { false }
    files[node] = File(body: body, mode: isSymlink ? 0o777 : 0o755)
    self[key] = node
    return .published
  }

  mutating func removeDirectory(_ place: Place) throws(Errno) -> Effect {
    let key = try key(place)
    guard let node = self[key] else {
      throw pendingNames[key] == nil ? .noSuchFileOrDirectory : .notDirectory
    }
    try requireEmptyDirectory(node)
    self[key] = nil
    sweep()
    return .published
  }

  mutating func link(_ place: Place, _ new: Place) throws(Errno) -> Effect {
    let node = try node(place)
    guard entries(of: node) == nil else { throw .notPermitted }
    let key = try key(new)
    try requireFree(key)
    self[key] = node
    return waitsOnClose ? .durable : .published
  }

  mutating func unlink(_ place: Place) throws(Errno) -> Effect {
    let key = try key(place)
    guard let node = self[key] else {
      guard orphan(key) else { throw .noSuchFileOrDirectory }
      return .nothing
    }
    guard entries(of: node) == nil else { throw .isDirectory }
    self[key] = nil
    sweep()
    return .published
  }

  /// The name is free again, what its writers stage is nobody's.
  @discardableResult
  private mutating func orphan(_ key: Key) -> Bool {
    guard let node = pendingNames.removeValue(forKey: key) else { return false }
    pending[node]!.key = nil
    return true
  }

  mutating func rename(
    _ old: Place, _ new: Place, _ renaming: ContractStep.Renaming
  ) throws(Errno) -> Effect {
    let (source, target) = (try key(old), try key(new))
    guard let node = self[source] else { return try renamePending(source, target, renaming) }
    let replaced = self[target]
    if renaming == .exchange {
      guard let replaced else { throw .noSuchFileOrDirectory }
      guard replaced != node else { return .nothing }
      self[source] = replaced
      self[target] = node
      return waitsOnClose ? .durable : .published
    }
    if renaming == .noReplace { try requireFree(target) }
    guard replaced != node else { return .nothing }
    if entries(of: node) != nil {
      if let replaced { try requireEmptyDirectory(replaced) }
      guard pendingNames[target] == nil else { throw .notDirectory }
    } else if let replaced, entries(of: replaced) != nil {
      throw .isDirectory
    }
    if replaced == nil { orphan(target) }
    self[target] = node
    self[source] = nil
    sweep()
    return replaced != nil && waitsOnClose ? .durable : .published
  }

  /// C5: content and rename are one commit.
  private mutating func renamePending(
    _ source: Key, _ target: Key, _ renaming: ContractStep.Renaming
  ) throws(Errno) -> Effect {
    guard let node = pendingNames[source], let writer = pending[node]!.writers.first,
      renaming != .exchange
    else { throw .noSuchFileOrDirectory }
    if renaming == .noReplace { try requireFree(target) }
    if let existing = self[target], entries(of: existing) != nil { throw .isDirectory }
    guard source != target else { return .nothing }
    orphan(target)
    pendingNames[source] = nil
    pendingNames[target] = node
    pending[node]!.key = target
    return commit(writer, .close)
  }

  mutating func setMode(_ place: Place, _ mode: UInt32) throws(Errno) -> Effect {
    files[try node(place)]!.mode = mode
    return .published
  }

  mutating func setAttribute(_ place: Place, _ value: UInt8?) throws(Errno) -> Effect {
    let node = try node(place)
    if value == nil, files[node]!.attribute == nil { throw .noData }
    guard files[node]!.attribute != value else { return .nothing }
    files[node]!.attribute = value
    return .published
  }

  mutating func truncate(_ place: Place, _ size: Int) throws(Errno) -> Effect {
    let node = try node(place)
    guard entries(of: node) == nil else { throw .isDirectory }
    guard case .file(let version) = files[node]!.body else { throw .noSuchAddressOrDevice }
    let bytes = contents[version]!
    if bytes.count != size {
      files[node]!.body = .file(newVersion(bytes.resized(to: size)))
    }
    return waitsOnClose ? .durable : .published
  }

  /// The first publication of a file, and every later one.
  mutating func publish(_ node: Node, _ bytes: [UInt8]?, mode: UInt32?) -> Bool {
    if files[node] == nil {
      guard let key = pending[node]?.key else { return false }
      files[node] = File(body: .file(newVersion([])), mode: 0o644)
      pendingNames[key] = nil
      pending[node]!.key = nil
      self[key] = node
      sweep()
    }
    if let bytes { files[node]!.body = .file(newVersion(bytes)) }
    if let mode { files[node]!.mode = mode }
    return true
  }
}

extension [UInt8] {
  /// Cut, or with zeros behind.
  func resized(to count: Int) -> [UInt8] {
    prefix(count) + [UInt8](repeating: 0, count: Swift.max(0, count - self.count))
  }

  mutating func overwrite(_ bytes: [UInt8], at offset: Int) {
    guard !bytes.isEmpty else { return }
    if count < offset + bytes.count { self = resized(to: offset + bytes.count) }
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
}
