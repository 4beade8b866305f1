import struct SystemPackage.Errno

extension ContractModel {
  /// What a call that succeeds means for the order of changes.
  public enum Effect: Sendable {
    /// Paths show what they did.
    case nothing
    /// It has its place in the order.
    case published
    /// It and all before it survive a power cut from now on.
    case durable
  }

  /// What the step makes of the tree.
  /// - Precondition: writers and readers are open where they are used, and free where they are
  ///   opened.
  /// - Throws: what the call is to fail with.
  public mutating func apply(_ step: ContractStep) throws(Errno) -> Effect {
    switch step {
    case .makeDirectory(let place): return try make(place, .directory([:]))
    case .makeSymlink(let place): return try make(place, .symlink)
    case .removeDirectory(let place): return try removeDirectory(place)
    case .link(let place, let new): return try link(place, new)
    case .unlink(let place): return try unlink(place)
    case .rename(let old, let new, let renaming): return try rename(old, new, renaming)
    case .setMode(let place, let mode): return try setMode(place, mode)
    case .setAttribute(let place, let value): return try setAttribute(place, value)
    case .truncate(let place, let size): return try truncate(place, size)
    case .open(let reader, let place): return try open(reader, place)
    case .read: return .nothing
    case .release(let reader):
      readers[reader] = nil
      return .nothing
    case .maintain: return .durable
    case .remount:
      stop()
      return .durable
    default: return try applyWriting(step)
    }
  }

  /// False for a step through a writer that is not open, as after an open that has failed.
  public func canTake(_ step: ContractStep) -> Bool {
    switch step {
    case .replace, .update: true
    default: step.writer.map { writers[$0] != nil } ?? true
    }
  }

  private mutating func applyWriting(_ step: ContractStep) throws(Errno) -> Effect {
    switch step {
    case .replace(let writer, let place): return try replace(writer, place)
    case .update(let writer, let place): return try update(writer, place)
    case .write(let writer, let fill, let offset):
      return stage(writer) { $0.write(fill.bytes, at: offset) }
    case .append(let writer, let fill): return append(writer, fill.bytes)
    case .resize(let writer, let size): return stage(writer) { $0.resize(to: size) }
    case .punch(let writer, let range): return stage(writer) { $0.punch(range) }
    case .clone(let place, let range, let writer, let offset):
      guard case .file(let version) = files[try node(place)]!.body else { throw .invalidArgument }
      let part = Array(contents[version]![range.clamped(to: 0..<contents[version]!.count)])
      guard !part.isEmpty else { return .nothing }
      return stage(writer) { $0.write(part, at: offset) }
    case .setModeThrough(let writer, let mode): return change(writer) { $0.mode = mode }
    case .sync(let writer): return sync(writer)
    case .close(let writer): return close(writer)
    case .kill(let writer): return kill(writer)
    default: preconditionFailure("\(step) is no step of a writer")
    }
  }

  private mutating func open(_ reader: Int, _ place: Place) throws(Errno) -> Effect {
    guard case .file(let version) = files[try node(place)]!.body else { throw .isDirectory }
    readers[reader] = Reader(version: version, count: contents[version]!.count)
    return .nothing
  }

  /// Whether the writer has a content of its own (W1).
  public func isReplacing(_ writer: Int) -> Bool { writers[writer]?.own != nil }

  /// The size that the writer's descriptor shows, in bytes.
  public func size(seenBy writer: Int) -> Int { copy(of: writer).bytes.count }

  /// Whether a reader may have read `bytes`: its version (R2), as it was when it was opened or with
  /// any whole appends since (R3).
  public func allows(_ reader: Int, toRead bytes: [UInt8]) -> Bool {
    guard let reader = readers[reader] else { return false }
    return bytes.count >= reader.count && contents[reader.version]!.starts(with: bytes)
  }
}
