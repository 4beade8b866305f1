import CommitLog
import Dispatch
import Locking
import LogFormat
import Storage
import Testing

/// A log that is open, and the key-value store that it holds.
final class LogSession: Sendable {
  struct Progress {
    var store = KeyValueStore()
    var appended: UInt64 = 0
    /// The last commit that was reported durable.
    var acknowledged: UInt64 = 0
    var failures: [CommitError] = []
    var order: [UInt64] = []
  }

  let log: CommitLog
  private let progress: Mutex<Progress>

  /// Opens a store and does what a layer above has to: retains what is referred to.
  init(
    _ storage: any Storage, configuration: LogConfiguration = LogConfiguration(),
    readOnly: Bool = false
  ) throws {
    var store = KeyValueStore()
    log = try CommitLog.open(
      storage, readOnly: readOnly, configuration: configuration, recovery: &store)
    store.last = log.recoveryReport.last.rawValue
    for value in store.values.values { log.retain(value.location, length: UInt64(value.length)) }
    log.finishRecovery()
    var progress = Progress()
    progress.appended = store.last
    progress.acknowledged = store.last
    progress.store = store
    self.progress = Mutex(progress)
  }

  var store: KeyValueStore { progress.withLock { $0.store } }
  var acknowledged: UInt64 { progress.withLock { $0.acknowledged } }
  var appended: UInt64 { progress.withLock { $0.appended } }
  var failures: [CommitError] { progress.withLock { $0.failures } }
  var order: [UInt64] { progress.withLock { $0.order } }

  /// Appends the next commit; to be called from one thread.
  func append(
    length: Int, _ durability: Durability = .wait, frees: Bool = false,
    then: @escaping @Sendable () -> Void = {}
  ) throws(CommitError) {
    let next = appended + 1
    let sequence = try log.append(
      KeyValueStore.commit(next, length: length, frees: frees), durability
    ) { result in
      self.complete(next, length: length, result)
      then()
    }
    #expect(sequence.rawValue == next)
    progress.withLock { $0.appended = next }
  }

  /// Appends the next commit and waits for it.
  func appendAndWait(length: Int, frees: Bool = false) throws(CommitError) {
    let done = DispatchSemaphore(value: 0)
    try append(length: length, frees: frees) { done.signal() }
    #expect(done.wait(timeout: .now() + 60) == .success, "no completion within a minute")
  }

  /// Writes a checkpoint of what is known to be durable.
  func checkpoint() throws {
    let store = self.store
    try log.writeCheckpoint(
      through: CommitSequence(rawValue: store.last), state: [store.last, 7], records: store.records)
  }

  private func complete(
    _ sequence: UInt64, length: Int, _ result: Result<CommitPlace, CommitError>
  ) {
    switch result {
    case .failure(let error):
      progress.withLock { $0.failures.append(error) }
    case .success(let place):
      let location = ContentLocation.log(place.contentStart)
      log.retain(location, length: UInt64(length))
      let replaced = progress.withLock { progress in
        progress.acknowledged = sequence
        progress.order.append(sequence)
        progress.store.last = sequence
        return progress.store.values.updateValue(
          KeyValueStore.Value(sequence: sequence, length: length, location: location),
          forKey: KeyValueStore.key(sequence))
      }
      if let replaced { log.release(replaced.location, length: UInt64(replaced.length)) }
    }
  }

  /// Says what is wrong with the store: it has to be what its first commits leave, and all content
  /// has to be there.
  func violations(lengths: [Int]) -> [String] {
    let store = self.store
    var violations: [String] = []
    let expected = KeyValueStore.expected(after: store.last, lengths: lengths)
    let found = store.values.mapValues { ($0.sequence, $0.length) }
    if !(found.count == expected.count
      && found.allSatisfy { expected[$0.key] ?? (0, 0) == $0.value })
    {
      violations.append("the store is not what its first \(store.last) commits leave: \(found)")
    }
    for value in store.values.values {
      var bytes = [UInt8](repeating: 0, count: value.length)
      do {
        try bytes.withUnsafeMutableBytes { try log.read(value.location, into: $0) }
        if bytes != KeyValueStore.content(value.sequence, length: value.length) {
          violations.append("commit \(value.sequence) has other content")
        }
      } catch {
        violations.append("the content of commit \(value.sequence) cannot be read: \(error)")
      }
    }
    return violations
  }
}
