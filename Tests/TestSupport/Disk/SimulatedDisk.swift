import Locking
import Storage
import SystemPackage

/// A store's disk in memory, which can fail, fill up and lose its power.
///
/// Its cache is volatile: bytes and sizes are durable after their file's flush, names after their
/// directory's. A write that fails may have been done in part, and a flush that fails leaves the
/// pages clean: what has not got to the device then never will, though readers may see it.
public final class SimulatedDisk: Storage {
  struct State: Sendable {
    var directories: [StorageDirectory: SimulatedDirectory] = [.root: SimulatedDirectory()]
    var files: [Int: SimulatedContent] = [:]
    var nextFile = 0
    /// Files without a name.
    var removed: Set<Int> = []
    var operations = 0
    /// The call that changes something at which the power goes; it is not done any more, but for a
    /// write, which may have got to the disk in part.
    var powerCut: Int?
    var isDead = false
    var capacity = Int.max
    var liesAboutFlushes = false
    var flushes: [StorageError.Operation: Int] = [:]
    var failure: @Sendable (DiskOperation) -> Errno? = { _ in nil }
    /// Is told of each call that changes something, before it does.
    var observer: (@Sendable (DiskMoment) -> Void)?
    /// What becomes of the writes, by their number.
    var fate: @Sendable (Int) -> WriteFate = { _ in .done }
    var writes = 0
    /// Decides what failing calls do all the same.
    var random = SeededGenerator(seed: 0)
  }

  let state: Mutex<State>
  /// Is passed by each call on a file before anything of it is done.
  let gate = Mutex<@Sendable (StorageError.Operation, StoragePath) -> Void>({ _, _ in })

  /// A disk without limits, faults and content.
  public convenience init() { self.init(State()) }

  init(_ state: State) { self.state = Mutex(state) }

  /// How many calls have changed something.
  public var operationCount: Int { state.withLock { $0.operations } }

  /// How often files were flushed.
  public var flushCount: Int { state.withLock { $0.flushes[.flush, default: 0] } }

  /// True if the power has gone.
  public var isDead: Bool { state.withLock { $0.isDead } }

  /// Lets the power go at the call that changes something and is the `index`th, counted from 0.
  public func cutPower(at index: Int) {
    state.withLock { $0.powerCut = index }
  }

  /// Limits what the files may take, in bytes.
  public func setCapacity(_ bytes: Int) {
    state.withLock { $0.capacity = bytes }
  }

  /// From now on flushes do nothing and report success.
  public func lieAboutFlushes() {
    state.withLock { $0.liesAboutFlushes = true }
  }

  /// Has each call asked whether it is to fail; reads and lists too.
  public func setFailure(_ failure: @escaping @Sendable (DiskOperation) -> Errno?) {
    state.withLock { $0.failure = failure }
  }

  /// Decides what becomes of each write, counted from 0, that is reported as done.
  public func setFate(_ fate: @escaping @Sendable (Int) -> WriteFate) {
    state.withLock { $0.fate = fate }
  }

  /// How many writes were reported as done.
  public var writeCount: Int { state.withLock { $0.writes } }

  /// Has each call on a file pass a gate first, in which it can be made to wait; others go on.
  public func setGate(_ gate: @escaping @Sendable (StorageError.Operation, StoragePath) -> Void) {
    self.gate.withLock { $0 = gate }
  }

  /// Shows every moment in which the power could go: one before each call that changes something.
  /// The observer must not call the disk.
  public func observe(_ observer: @escaping @Sendable (DiskMoment) -> Void) {
    state.withLock { $0.observer = observer }
  }

  /// The disk as it is now, for a power cut.
  public var moment: DiskMoment { state.withLock { DiskMoment(state: $0) } }

  /// The disk when the power is back: what was flushed, and of the rest what chance leaves. The old
  /// one answers nothing any more.
  public func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedDisk {
    let last = state.withLock { state in
      state.isDead = true
      return DiskMoment(state: state)
    }
    return last.afterPowerCut(&random)
  }

  /// Another disk with the same content, as readers see it.
  public func copy() -> SimulatedDisk {
    var copied = State()
    let now = state.withLock { $0 }
    copied.directories = now.directories
    copied.files = now.files
    copied.nextFile = now.nextFile
    copied.removed = now.removed
    return SimulatedDisk(copied)
  }

  /// A file's bytes, or nil if there is none.
  public func bytes(of path: StoragePath) -> [UInt8]? {
    state.withLock { state in
      guard let content = state.content(path) else { return nil }
      var bytes = [UInt8](repeating: 0, count: content.current.count)
      _ = bytes.withUnsafeMutableBytes { content.current.read(at: 0, into: $0) }
      return bytes
    }
  }

  /// Puts other bytes in a file's place, as damage does.
  public func setBytes(_ bytes: [UInt8], of path: StoragePath) {
    state.withLock { state in
      guard let number = state.directories[path.directory]?.names[path] else { return }
      state.files[number] = .durable(bytes)
    }
  }

  /// The names of all files.
  public var paths: [StoragePath] {
    state.withLock { $0.directories.values.flatMap(\.names.keys) }
      .sorted { $0.description < $1.description }
  }
}
