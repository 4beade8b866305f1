import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// What an operation on the tree has decided, under the lock, without having changed anything yet.
enum Plan<Value: Sendable> {
  case answer(Value)
  /// A publication of this file has to end first; then the operation is planned again.
  case wait(Inode)
  case change(Change<Value>)
  /// Goes on without the lock, and answers there.
  case then(@Sendable () -> Void)
}

/// A change of names or attributes: one commit.
struct Change<Value: Sendable> {
  var records: [Record]
  var durability: Durability = .lazy
  /// The change gives space back, so the store's reserve is open to it (F4).
  var frees = false
  /// The pending name whose place the change takes, once the log has taken the change.
  var replaces: EntryKey?
  /// The pending file that the change publishes, empty, once the log has taken the change.
  var publishes: PendingFile?
  /// What to answer, from the changed state.
  var result: (borrowing TreeCore) -> Value
}

extension FileTree {
  typealias Planner<Value: Sendable> = @Sendable (inout TreeCore) throws(Errno) -> Plan<Value>

  /// Plans, logs and applies one operation, then answers: at once, or when it is durable if the
  /// change asks for that.
  func perform<Value: Sendable>(
    _ answer: @escaping Answer<Value>, _ plan: @escaping Planner<Value>
  ) {
    let next = core.withLock { core in step(&core, answer, plan) }
    next?()
  }

  /// Returns what is left to be done without the lock.
  private func step<Value: Sendable>(
    _ core: inout TreeCore, _ answer: @escaping Answer<Value>, _ plan: @escaping Planner<Value>
  ) -> (@Sendable () -> Void)? {
    do throws(Errno) {
      switch try plan(&core) {
      case .answer(let value):
        return { answer(.success(value)) }
      case .wait(let inode):
        core.inFlight[inode]?.waiters.append { self.perform(answer, plan) }
        return nil
      case .change(let change):
        guard let value = try carryOut(change, &core, answer) else { return nil }
        return { answer(.success(value)) }
      case .then(let goOn):
        return goOn
      }
    } catch {
      return { answer(.failure(error)) }
    }
  }

  /// Nil if the answer comes later.
  private func carryOut<Value: Sendable>(
    _ change: Change<Value>, _ core: inout TreeCore, _ answer: @escaping Answer<Value>
  ) throws(Errno) -> Value? {
    let handover = Handover<Value>()
    let waits = change.durability == .wait
    let commit = Commit(change.records, at: core.now(), purpose: change.frees ? .freeing : .change)
    do {
      core.lastSequence = try log.append(commit, change.durability) { outcome in
        guard waits else { return }
        switch outcome {
        case .success: answer(.success(self.core.withLock { _ in handover.value! }))
        case .failure(let error): answer(.failure(Errno(error)))
        }
      }
    } catch {
      throw Errno(error)
    }
    core.wayBack.add(
      OrderedCommit(
        sequence: core.lastSequence, encodedRecords: commit.records, pending: change.publishes),
      visible: core.state)
    if let key = change.replaces { _ = core.orphan(key) }
    if let pending = change.publishes { core.published(pending) }
    core.apply(change.records)
    let value = change.result(core)
    guard waits else { return value }
    handover.value = value
    return nil
  }
}

/// Carries a result from the change, made under the tree's lock, to its completion, which takes the
/// lock to read it.
private final class Handover<Value>: @unchecked Sendable {
  var value: Value?
}

extension TreeCore {
  /// Applies what was planned on this very state, which therefore fits it.
  mutating func apply(_ records: [Record]) {
    for record in records {
      do {
        try state.apply(record)
      } catch {
        preconditionFailure("a planned change does not fit the tree: \(error)")
      }
    }
    state.endCommit()
  }
}

extension Commit {
  init(
    _ records: [Record], at time: Timestamp, content: [ContentBuffer] = [],
    purpose: Purpose = .change
  ) {
    var writer = RecordWriter()
    for record in records { writer.append(record) }
    self.init(time: time, records: writer.bytes, content: content, purpose: purpose)
  }
}
