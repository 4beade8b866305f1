import struct SystemPackage.Errno

/// Those who write, and what becomes of it.
extension ContractModel {
  enum Reason { case close, sync }

  mutating func replace(_ writer: Int, _ place: Place) throws(Errno) -> Effect {
    let key = try key(place)
    let node: Node
    if let existing = self[key] {
      guard entries(of: existing) == nil else { throw .isDirectory }
      guard case .file = files[existing]!.body else { throw .noSuchAddressOrDevice }
      node = existing
    } else {
      node = pendingNames[key] ?? newNode()
      pendingNames[key] = node
      pending[node, default: Pending(key: key)].writers.append(writer)
    }
    writers[writer] = Writer(file: node, own: .replacement)
    return .nothing
  }

  mutating func update(_ writer: Int, _ place: Place) throws(Errno) -> Effect {
    let node = try node(place)
    guard entries(of: node) == nil else { throw .isDirectory }
    guard case .file(let version) = files[node]!.body else { throw .noSuchAddressOrDevice }
    writers[writer] = Writer(file: node, own: nil)
    if workingCopies[node] == nil {
      workingCopies[node] = WorkingCopy(of: version, contents[version]!)
    }
    return .nothing
  }

  /// What the writer's descriptor shows: what all updating writers share follows what is published.
  func copy(of writer: Int) -> WorkingCopy {
    let descriptor = writers[writer]!
    var copy = descriptor.own ?? workingCopies[descriptor.file]!
    if descriptor.own == nil { follow(&copy, descriptor.file) }
    return copy
  }

  private func follow(_ copy: inout WorkingCopy, _ file: Node) {
    guard case .file(let version)? = files[file]?.body else { return }
    copy.follow(version, contents[version]!)
  }

  private mutating func put(_ copy: WorkingCopy, of writer: Int) {
    if writers[writer]!.own != nil {
      writers[writer]!.own = copy
    } else {
      workingCopies[writers[writer]!.file] = copy
    }
  }

  mutating func change(_ writer: Int, _ change: (inout WorkingCopy) -> Void) -> Effect {
    var copy = copy(of: writer)
    change(&copy)
    put(copy, of: writer)
    return .nothing
  }

  /// As `change`, of content.
  mutating func stage(_ writer: Int, _ change: (inout WorkingCopy) -> Void) -> Effect {
    self.change(writer) { copy in
      change(&copy)
      copy.staged(by: writer)
    }
  }

  mutating func append(_ writer: Int, _ bytes: [UInt8]) -> Effect {
    let (file, isOwn) = (writers[writer]!.file, writers[writer]!.own != nil)
    guard !bytes.isEmpty else { return .nothing }
    guard !isOwn, case .file(let version)? = files[file]?.body else {
      return change(writer) { $0.write(bytes, at: $0.bytes.count) }
    }
    var copy = copy(of: writer)
    copy.hasAppended = true
    if copy.isChanged, copy.hasOtherSize || copy.base != version {
      // The end is that of what is staged, which is published with it.
      copy.write(bytes, at: copy.bytes.count)
      publish(&copy, file)
    } else {
      contents[version]! += bytes
      follow(&copy, file)
    }
    put(copy, of: writer)
    return .published
  }

  mutating func sync(_ writer: Int) -> Effect {
    _ = commit(writer, .sync)
    return .durable
  }

  mutating func close(_ writer: Int) -> Effect {
    let effect = commit(writer, .close)
    letGo(writer)
    return effect
  }

  /// W2: content is staged, and none of it by the writer: it is the others' to publish.
  private func hasOthersContent(_ writer: Int) -> Bool {
    guard writers[writer]!.own == nil else { return false }
    let copy = copy(of: writer)
    return copy.isChanged && !copy.stagers.contains(writer)
  }

  /// C4: what a killed writer staged is published by nobody, unless others have staged something
  /// beside it.
  mutating func kill(_ writer: Int) -> Effect {
    let file = writers[writer]!.file
    if writers[writer]!.own == nil {
      let copy = copy(of: writer)
      let others = writers.filter {
        $0.key != writer && $0.value.own == nil && $0.value.file == file
      }
      if !others.isEmpty, copy.stagers.isDisjoint(with: others.keys) {
        var dropped = WorkingCopy(of: copy.base, contents[copy.base!]!)
        dropped.hasAppended = copy.hasAppended
        workingCopies[file] = dropped
      }
    }
    letGo(writer)
    return .nothing
  }

  private mutating func letGo(_ writer: Int) {
    let (file, isOwn) = (writers[writer]!.file, writers[writer]!.own != nil)
    writers[writer] = nil
    if !isOwn { workingCopies[file]?.left(by: writer) }
    if !writers.values.contains(where: { $0.own == nil && $0.file == file }) {
      workingCopies[file] = nil
    }
    guard pending[file] != nil else { return }
    pending[file]!.writers.removeAll { $0 == writer }
    guard pending[file]!.writers.isEmpty else { return }
    if let key = pending[file]!.key { pendingNames[key] = nil }
    pending[file] = nil
  }

  /// Publishes what is staged.
  mutating func commit(_ writer: Int, _ reason: Reason) -> Effect {
    let file = writers[writer]!.file
    var copy = copy(of: writer)
    let isDurable = reason == .sync || waitsOnClose
    guard copy.isStaged, reason == .sync || !hasOthersContent(writer) else {
      guard isDurable, reason == .sync || copy.hasAppended else { return .nothing }
      copy.hasAppended = false
      put(copy, of: writer)
      return .durable
    }
    if isDurable { copy.hasAppended = false }
    follow(&copy, file)
    let isPublished = publish(&copy, file)
    put(copy, of: writer)
    guard isPublished else { return .nothing }
    return isDurable ? .durable : .published
  }

  /// False if nobody can see the file: then what was staged stays the descriptor's alone.
  @discardableResult
  private mutating func publish(_ copy: inout WorkingCopy, _ file: Node) -> Bool {
    let isPublished = publish(file, copy.isChanged ? copy.bytes : nil, mode: copy.mode)
    if case .file(let version)? = files[file]?.body {
      copy.settle(as: version)
    } else if isPublished {
      copy.settle(as: nil)
    }
    return isPublished
  }
}
