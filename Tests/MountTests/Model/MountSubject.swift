import SystemPackage
import TestSupport

/// A mount that contract steps are taken on, by processes as any program would be: each writer is
/// one of its own, so that it can be killed, and one more makes the calls by path.
final class MountSubject: ContractSubject {
  private let mounted: Mounted
  private var caller: Python
  private var processes: [Int: Python] = [:]
  /// What writers opened with `O_CREAT`, in the order of their opens: a name that is being created
  /// is its creator's (N1).
  private var creations: [(writer: Int, place: Place)] = []

  init(_ mounted: Mounted) throws {
    self.mounted = mounted
    caller = try mounted.python()
    try caller.run(MountSubjectProgram.text)
  }

  func perform(_ step: ContractStep) throws(Errno) {
    do {
      try make(step)
    } catch let failure as PythonFailure where failure.code != nil {
      throw failure.code!
    } catch let errno as Errno {
      throw errno
    } catch {
      fatalError("\(step): \(error)")
    }
  }

  private func make(_ step: ContractStep) throws {
    switch step {
    case .makeDirectory(let place): try caller.run("os.mkdir('\(place)', 0o755)")
    case .makeSymlink(let place):
      try caller.run("os.symlink('\(ContractModel.symlinkTarget)', '\(place)')")
    case .removeDirectory(let place): try caller.run("os.rmdir('\(place)')")
    case .link(let place, let new): try caller.run("os.link('\(place)', '\(new)')")
    case .unlink(let place): try owner(of: place).run("os.unlink('\(place)')")
    case .rename(let old, let new, let renaming):
      try owner(of: old).run("renameat2('\(old)', '\(new)', \(renaming.flags))")
    case .setMode(let place, let mode): try caller.run("os.chmod('\(place)', \(mode))")
    case .setAttribute(let place, let value): try setAttribute(place, value)
    case .truncate(let place, let size): try caller.run("os.truncate('\(place)', \(size))")
    case .open(let reader, let place):
      try caller.run("readers[\(reader)] = os.open('\(place)', os.O_RDONLY)")
    case .read: break
    case .release(let reader): try caller.run("os.close(readers.pop(\(reader)))")
    case .maintain: try caller.run("sync_all()")
    case .remount:
      try restart {
        // What they have staged goes with them (C4).
        for process in processes.values { try process.kill() }
        try mounted.remount()
      }
    default: try write(step)
    }
  }

  private func setAttribute(_ place: Place, _ value: UInt8?) throws {
    let name = VisibleTree.attributeName
    if let value {
      try caller.run("os.setxattr('\(place)', '\(name)', bytes([\(value)]))")
    } else {
      try caller.run("os.removexattr('\(place)', '\(name)')")
    }
  }

  private func write(_ step: ContractStep) throws {
    let writer = step.writer!
    let process = try process(of: writer)
    switch step {
    case .replace(_, let place):
      try process.run("fd = os.open('\(place)', os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)")
      creations.append((writer, place))
    case .update(_, let place):
      let appends = step.isAppending ? " | os.O_APPEND" : ""
      try process.run("fd = os.open('\(place)', os.O_RDWR\(appends))")
    case .write(_, let fill, let offset):
      try process.run("os.pwrite(fd, fill(\(fill.tag), \(fill.count)), \(offset))")
    case .append(_, let fill):
      try process.run("os.lseek(fd, 0, 2); put(fd, fill(\(fill.tag), \(fill.count)))")
    case .resize(_, let size): try process.run("os.ftruncate(fd, \(size))")
    case .punch(_, let range):
      try process.run("zero(fd, \(range.lowerBound), \(range.count))")
    case .setModeThrough(_, let mode): try process.run("os.fchmod(fd, \(mode))")
    case .sync: try process.run("os.fsync(fd)")
    case .close:
      creations.removeAll { $0.writer == writer }
      try process.run("os.close(fd)")
    case .kill:
      creations.removeAll { $0.writer == writer }
      try process.kill()
      processes[writer] = nil
    default: fatalError("\(step) is not taken on mounts")
    }
  }

  private func process(of writer: Int) throws -> Python {
    if let process = processes[writer] { return process }
    let process = try mounted.python()
    try process.run(MountSubjectProgram.text)
    processes[writer] = process
    return process
  }

  /// The process whose calls by path reach a name that it may be creating.
  private func owner(of place: Place) throws -> Python {
    guard let creation = creations.first(where: { $0.place == place }) else { return caller }
    return try process(of: creation.writer)
  }

  /// Does what ends the daemon, and goes on with other processes.
  func restart(_ body: () throws -> Void) throws {
    try body()
    for process in Array(processes.values) + [caller] { process.close() }
    processes = [:]
    creations = []
    caller = try mounted.python()
    try caller.run(MountSubjectProgram.text)
  }

  func read(_ reader: Int) throws(Errno) -> [UInt8] {
    do {
      return try caller.run("all_of(readers[\(reader)])").unicodeScalars.map { UInt8($0.value) }
    } catch let failure as PythonFailure where failure.code != nil {
      throw failure.code!
    } catch {
      fatalError("reader \(reader): \(error)")
    }
  }

  func visible() throws -> VisibleTree { try VisibleTree(at: mounted.point) }
}

extension ContractStep {
  /// A descriptor appends or does not: those with odd numbers do.
  fileprivate var isAppending: Bool { writer.map { !$0.isMultiple(of: 2) } ?? false }

  /// The step as a descriptor of a program can take it; nil if none can.
  func onMount(_ model: ContractModel) -> ContractStep? {
    switch self {
    case .clone: nil
    case .punch(_, let range) where range.isEmpty: nil
    case .write(let writer, let fill, _) where isAppending && !model.isReplacing(writer):
      .append(writer, fill)
    case .append(let writer, let fill) where !isAppending && !model.isReplacing(writer):
      .write(writer, fill, at: model.size(seenBy: writer))
    default: self
    }
  }
}

extension ContractStep.Renaming {
  fileprivate var flags: Int {
    switch self {
    case .replace: 0
    case .noReplace: 1
    case .exchange: 2
    }
  }
}
