import CommitLog
import Dispatch
import Locking
import LogFormat
import struct SystemPackage.Errno

/// A run of content bytes that was, or will be, stored at once. Versions share chunks by reference;
/// when the last reference goes, the space in the store is given back (R4).
final class Chunk: Sendable {
  /// Where the bytes are now.
  enum Place: Sendable {
    /// In memory: staged, or on its way to the log.
    case memory(ContentBuffer)
    /// In a blob that no commit refers to yet.
    case staged(Blob)
    /// In the store, referred to by a commit.
    case stored(ContentLocation)
  }

  struct State: Sendable {
    var place: Place
    /// Bytes.
    var length: UInt64
    /// One for each `ContentBlock.size` bytes; empty until the chunk is sealed.
    var checksums: BlockChecksumList
    var store: ContentStore?

    /// The bytes are, or stop being, in memory.
    mutating func grow(to newLength: UInt64) {
      if case .memory = place {
        store?.bytesInMemory.add(Int(newLength) - Int(length), ordering: .relaxed)
      }
      length = newLength
    }

    func leaveMemory() {
      if case .memory = place { store?.bytesInMemory.subtract(Int(length), ordering: .relaxed) }
    }
  }

  let state: Mutex<State>

  init(
    place: Place, length: UInt64, checksums: some Collection<UInt64> = [], store: ContentStore?
  ) {
    let checksums = BlockChecksumList(checksums)
    state = Mutex(State(place: place, length: length, checksums: checksums, store: store))
  }

  /// The bytes of a buffer that will not change any more.
  convenience init(_ buffer: ContentBuffer, store: ContentStore) {
    self.init(
      place: .memory(buffer), length: 0, checksums: buffer.withBytes { Checksum.ofBlocks($0) },
      store: store)
    state.withLock { $0.grow(to: UInt64(buffer.count)) }
  }

  deinit {
    state.withLock { state in
      guard let store = state.store else { return }
      switch state.place {
      case .memory: state.leaveMemory()
      case .staged(let blob): DispatchQueue.global().async { blob.discard() }
      case .stored(let location): store.log.release(location, length: state.length)
      }
    }
  }

  /// The bytes have become part of the store at `location`.
  func settle(at location: ContentLocation) {
    state.withLock { state in
      state.store?.log.retain(location, length: state.length)
      state.leaveMemory()
      state.place = .stored(location)
    }
  }

  /// The bytes were written to a blob.
  func spill(to blob: Blob) {
    state.withLock { state in
      state.leaveMemory()
      state.place = .staged(blob)
    }
  }

  /// Compaction has copied the bytes; does nothing if they are no longer at `origin`.
  func move(from origin: LogPosition, to target: LogPosition) {
    state.withLock { state in
      guard case .stored(.log(origin)) = state.place else { return }
      state.store?.log.retain(.log(target), length: state.length)
      state.store?.log.release(.log(origin), length: state.length)
      state.place = .stored(.log(target))
    }
  }

  /// After recovery: the chunk belongs to the opened store, its space is in use.
  func attach(to store: ContentStore) {
    if let (location, length) = adopt(for: store) { store.log.retain(location, length: length) }
  }

  /// As ``attach(to:)``, but that it is left to the caller to retain what is answered: nil if that
  /// was done before.
  func adopt(for store: ContentStore) -> (location: ContentLocation, length: UInt64)? {
    state.withLock { state in
      guard state.store == nil, case .stored(let location) = state.place else { return nil }
      state.store = store
      return (location, state.length)
    }
  }

  /// Bytes.
  var length: UInt64 { state.withLock { $0.length } }

  /// Bytes; nil while it may still grow.
  var sealedLength: UInt64? { state.withLock { $0.checksums.isEmpty ? nil : $0.length } }

  /// Where the store keeps the bytes; nil while they are staged.
  var location: ContentLocation? {
    state.withLock { state in
      if case .stored(let location) = state.place { location } else { nil }
    }
  }

  /// Where the log keeps the bytes; nil while they are staged or lie in a blob.
  var logPosition: LogPosition? {
    if case .log(let position) = location { position } else { nil }
  }

  /// Whether the record speaks of these very bytes.
  func holds(_ record: ChunkRecord) -> Bool {
    state.withLock { $0.length == record.length && $0.checksums == record.checksums }
  }

  /// How the chunk is written down.
  /// - Precondition: it is stored.
  var record: ChunkRecord {
    state.withLock { state in
      guard case .stored(let location) = state.place else {
        preconditionFailure("a chunk is written down before it is stored")
      }
      return ChunkRecord(
        location: .stored(location), length: state.length, checksums: state.checksums)
    }
  }
}
