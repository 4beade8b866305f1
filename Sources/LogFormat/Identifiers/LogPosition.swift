/// A byte in the log.
public struct LogPosition: Hashable, Comparable, Sendable {
  public let segment: SegmentNumber
  /// Bytes from the segment's beginning.
  public let offset: UInt64

  public init(segment: SegmentNumber, offset: UInt64) {
    self.segment = segment
    self.offset = offset
  }

  /// The position `distance` bytes further in the same segment.
  public func advanced(by distance: UInt64) -> LogPosition {
    LogPosition(segment: segment, offset: offset + distance)
  }

  public static func < (left: LogPosition, right: LogPosition) -> Bool {
    (left.segment, left.offset) < (right.segment, right.offset)
  }
}

extension LogPosition: CustomStringConvertible {
  public var description: String {
    "segment \(segment.rawValue), offset \(offset)"
  }
}
