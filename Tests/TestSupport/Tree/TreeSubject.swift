import CommitLog
import FileTree
import LogFormat
import Logging
import Storage
import struct SystemPackage.Errno

/// A tree in this process that contract steps are taken on, as a mount's server would take them.
public final class TreeSubject: ContractSubject {
  private let storage: any Storage
  private let durability: DurabilityMode
  public private(set) var tree: FileTree
  private var writers: [Int: Staging] = [:]
  /// Those of them that have changed content since their staging was published last.
  private var stagers: Set<Int> = []
  private var readers: [Int: Version] = [:]

  /// Opens a store, or makes one.
  /// - Parameter segmentSize: makes a new store, with segments of so many bytes.
  public init(
    _ storage: any Storage, durability: DurabilityMode = .close, segmentSize: UInt64? = nil
  ) throws {
    self.storage = storage
    self.durability = durability
    if let segmentSize { try CommitLog.create(in: storage, segmentSize: segmentSize) }
    tree = try Self.open(storage, durability)
  }

  private static func open(
    _ storage: any Storage, _ durability: DurabilityMode
  ) throws -> FileTree {
    try FileTree.open(
      storage, durability: durability,
      configuration: configuration,
      logger: silent)
  }

  static let silent = Logger(label: "model") { _ in SwiftLogNoOpLogHandler() }

  /// Groups wait for no company, and few segments are kept ready, so that a small disk shows all.
  static var configuration: LogConfiguration {
    var configuration = LogConfiguration()
    configuration.spareSegments = 2
    return configuration
  }

  public func perform(_ step: ContractStep) throws(Errno) {
    switch step {
    case .maintain: try maintain()
    case .remount: try remount()
    case .open(let reader, let place): readers[reader] = try view(place).version
    case .read: break
    case .release(let reader): readers[reader] = nil
    default:
      if let writer = step.writer {
        try perform(step, through: writer)
      } else {
        try performByPath(step)
      }
    }
  }

  private func performByPath(_ step: ContractStep) throws(Errno) {
    switch step {
    case .makeDirectory(let place):
      let (directory, name) = try resolve(place)
      _ = try wait { tree.makeDirectory(name, in: directory, .model(0o755), $0) }
    case .makeSymlink(let place):
      let (directory, name) = try resolve(place)
      let target = Array(ContractModel.symlinkTarget.utf8)
      _ = try wait {
        tree.makeSymlink(name, target: target, in: directory, .model(0o777), $0)
      }
    case .removeDirectory(let place):
      let (directory, name) = try resolve(place)
      try wait { tree.removeDirectory(name, in: directory, $0) }
    case .link(let place, let new):
      let inode = try view(place).attributes.inode
      let (directory, name) = try resolve(new)
      _ = try wait { tree.link(inode, as: name, in: directory, $0) }
    case .unlink(let place):
      let (directory, name) = try resolve(place)
      try wait { tree.unlink(name, in: directory, $0) }
    case .rename(let old, let new, let renaming):
      let ((source, name), (target, newName)) = (try resolve(old), try resolve(new))
      let found = try wait { tree.lookup(name, in: source, $0) }
      try wait {
        tree.rename(
          name, in: source, to: newName, in: target, renaming.flags, committing: found.staging, $0)
      }
    case .setMode(let place, let mode):
      let inode = try view(place).attributes.inode
      _ = try wait { tree.setAttributes(inode, AttributeChange(mode: mode), $0) }
    case .setAttribute(let place, let value):
      let inode = try view(place).attributes.inode
      let change = ExtendedAttributeChange(
        name: Array(VisibleTree.attributeName.utf8), value: value.map { [$0] })
      try wait { tree.changeExtendedAttribute(inode, change, $0) }
    case .truncate(let place, let size):
      let inode = try view(place).attributes.inode
      _ = try wait { tree.truncate(inode, size: UInt64(size), $0) }
    default: preconditionFailure("\(step) is no call by path")
    }
  }

  private func perform(_ step: ContractStep, through writer: Int) throws(Errno) {
    switch step {
    case .replace(_, let place):
      stagers.remove(writer)
      let (directory, name) = try resolve(place)
      writers[writer] = try tree.createPending(
        name, in: directory, .model(0o644), exclusive: false, truncate: true)
    case .update(_, let place):
      stagers.remove(writer)
      writers[writer] = try tree.update(try view(place).attributes.inode)
    case .write(_, let fill, let offset):
      try write(fill.bytes, writer) { (bytes, staging) throws(Errno) in
        try staging.write(bytes, at: UInt64(offset))
      }
      stagers.insert(writer)
    case .append(_, let fill):
      try write(fill.bytes, writer) { (bytes, staging) throws(Errno) in
        try wait { tree.append(bytes, to: staging, $0) }
      }
      settled(writers[writer]!)
    case .resize(_, let size):
      try writers[writer]!.resize(to: UInt64(size))
      stagers.insert(writer)
    case .punch(_, let range):
      try writers[writer]!.allocate(
        UInt64(range.lowerBound)..<UInt64(range.upperBound), .zero(keepsSize: true))
      stagers.insert(writer)
    case .clone(let place, let range, _, let offset):
      guard let version = try view(place).version else { throw .invalidArgument }
      let clip = version.clip(UInt64(range.lowerBound)..<UInt64(range.upperBound))
      try writers[writer]!.insert(clip, at: UInt64(offset))
      if clip.length > 0 { stagers.insert(writer) }
    case .setModeThrough(_, let mode):
      try writers[writer]!.setAttributes(AttributeChange(mode: mode))
    case .sync:
      let staging = writers[writer]!
      try wait { tree.commit(staging, .fsync, $0) }
      settled(staging)
    case .close: try close(writer)
    case .kill:
      kill(writer)
      try close(writer, isKilled: true)
    default: preconditionFailure("\(step) is no step of a writer")
    }
  }

  private func write(
    _ bytes: [UInt8], _ writer: Int,
    _ body: (UnsafeRawBufferPointer, Staging) throws(Errno) -> Void
  ) throws(Errno) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    try body(UnsafeRawBufferPointer(buffer), writers[writer]!)
  }

  private func settled(_ staging: Staging) {
    guard !staging.stagesContent else { return }
    for (writer, other) in writers where other === staging { stagers.remove(writer) }
  }

  private func kill(_ writer: Int) {
    let staging = writers[writer]!
    let others = writers.filter { $0.key != writer && $0.value === staging }.keys
    if others.isEmpty {
      tree.spend(staging)
    } else if staging.isShared, !others.contains(where: stagers.contains) {
      staging.dropStaged()
    }
  }

  private func close(_ writer: Int, isKilled: Bool = false) throws(Errno) {
    let staging = writers.removeValue(forKey: writer)!
    let isLast = !writers.values.contains { $0 === staging }
    let hasStaged = stagers.remove(writer) != nil
    var failure: Errno?
    if !isKilled {
      do {
        if staging.isShared, !hasStaged, staging.stagesContent {
          try wait { tree.settle(staging, $0) }
        } else {
          try wait { tree.commit(staging, .close, $0) }
        }
      } catch {
        failure = error
      }
      settled(staging)
    }
    // What is spent has nothing left that could fail.
    if isLast {
      do { try wait { tree.forget(staging, $0) } } catch { failure = isKilled ? nil : error }
    }
    if let failure { throw failure }
  }

  private func maintain() throws(Errno) {
    do {
      try tree.maintainAll()
    } catch {
      throw .ioError
    }
  }

  private func remount() throws(Errno) {
    letGo()
    do {
      try tree.close()
      tree = try Self.open(storage, durability)
    } catch {
      throw .ioError
    }
  }

  /// Ends the tree; what was staged is gone.
  public func end() {
    letGo()
    try? tree.close()
  }

  /// Ends all writers without publishing what they have staged, and makes what is published
  /// durable.
  public func endWriters() throws(Errno) {
    letGo()
    try wait { tree.sync($0) }
  }

  private func letGo() {
    for staging in writers.values { tree.spend(staging) }
    writers = [:]
    readers = [:]
  }

  public func read(_ reader: Int) throws(Errno) -> [UInt8] { try readers[reader]!.bytes() }

  public func visible() throws -> VisibleTree { try tree.visible() }

  private func resolve(_ place: Place) throws(Errno) -> (Inode, Name) {
    let name = Name(Array(place.name.utf8))!
    guard let directory = place.directory else { return (.root, name) }
    guard let view = tree.view(of: Name(Array(directory.utf8))!, in: .root) else {
      throw .noSuchFileOrDirectory
    }
    guard view.attributes.mode & 0o170_000 == 0o040_000 else { throw .notDirectory }
    return (view.attributes.inode, name)
  }

  private func view(_ place: Place) throws(Errno) -> FileView {
    let (directory, name) = try resolve(place)
    let lookup = try wait { tree.lookup(name, in: directory, $0) }
    guard case .found(let view) = lookup else { throw .noSuchFileOrDirectory }
    return view
  }
}

extension ContractStep {
  /// The number of the writer that takes the step; nil for a call by path.
  public var writer: Int? {
    switch self {
    case .replace(let writer, _), .update(let writer, _), .write(let writer, _, _),
      .append(let writer, _), .resize(let writer, _), .punch(let writer, _),
      .clone(_, _, let writer, _), .setModeThrough(let writer, _), .sync(let writer),
      .close(let writer), .kill(let writer):
      writer
    default: nil
    }
  }
}

extension ContractStep.Renaming {
  fileprivate var flags: RenameFlags {
    switch self {
    case .replace: []
    case .noReplace: .noReplace
    case .exchange: .exchange
    }
  }
}

extension Creation {
  fileprivate static func model(_ mode: UInt32) -> Creation {
    Creation(mode: mode, uid: 1000, gid: 1000)
  }
}
