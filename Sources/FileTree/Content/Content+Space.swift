import struct SystemPackage.Errno

/// What `lseek(2)` looks for besides places.
public enum SpaceKind: Sendable {
  case data
  case hole
}

extension Content {
  /// Holes are told in these units, in bytes, as file systems on a disk tell them.
  private static let blockSize: UInt64 = 4096

  /// As `lseek(2)` with `SEEK_DATA` or `SEEK_HOLE`.
  /// - Throws: `ENXIO` behind the end, and for data where only a hole follows.
  func seek(_ kind: SpaceKind, from offset: UInt64) throws(Errno) -> UInt64 {
    guard offset < size else { throw .noSuchAddressOrDevice }
    switch kind {
    case .data:
      let block = offset - offset % Self.blockSize
      guard let extent = extents.first(endingAfter: block), extent.fileOffset < size else {
        throw .noSuchAddressOrDevice
      }
      return max(offset, extent.fileOffset - extent.fileOffset % Self.blockSize)
    case .hole:
      var position = offset
      extents.visit(from: offset - offset % Self.blockSize) { extent in
        guard extent.fileOffset / Self.blockSize <= position / Self.blockSize else { return false }
        position = max(position, extent.fileEnd.roundedUp(to: Self.blockSize))
        return true
      }
      return min(position, size)
    }
  }
}

extension UInt64 {
  fileprivate func roundedUp(to unit: UInt64) -> UInt64 {
    let rest = self % unit
    return rest == 0 ? self : self + (unit - rest)
  }
}

extension Version {
  /// As `lseek(2)` with `SEEK_DATA` or `SEEK_HOLE`.
  public func seek(_ kind: SpaceKind, from offset: UInt64) throws(Errno) -> UInt64 {
    try content.seek(kind, from: offset)
  }
}
