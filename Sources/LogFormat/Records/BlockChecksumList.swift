/// The checksums of a chunk's blocks, in order. A value; a chunk of one block, as most are, needs
/// no object for it.
public struct BlockChecksumList: Hashable, Sendable {
  private enum Storage: Hashable, Sendable {
    case one(UInt64)
    /// None, or more than one.
    case several([UInt64])
  }

  private let storage: Storage

  public init(_ checksums: some Collection<UInt64>) {
    if let first = checksums.first, checksums.count == 1 {
      storage = .one(first)
    } else {
      storage = .several(Array(checksums))
    }
  }

  /// Calls `next` for each of `count` checksums.
  init<E: Error>(count: Int, _ next: () throws(E) -> UInt64) throws(E) {
    guard count != 1 else {
      storage = .one(try next())
      return
    }
    var checksums: [UInt64] = []
    checksums.reserveCapacity(count)
    for _ in 0..<count { checksums.append(try next()) }
    storage = .several(checksums)
  }
}

extension BlockChecksumList: RandomAccessCollection {
  public var startIndex: Int { 0 }

  public var endIndex: Int {
    switch storage {
    case .one: 1
    case .several(let checksums): checksums.count
    }
  }

  public subscript(index: Int) -> UInt64 {
    switch storage {
    case .one(let checksum):
      precondition(index == 0)
      return checksum
    case .several(let checksums): return checksums[index]
    }
  }
}
