/// When the log does what; the defaults are what a mount uses.
public struct LogConfiguration: Hashable, Sendable {
  /// A lazy commit is durable after this time at the latest (D2, D3).
  public var lazyDelay: Duration = .seconds(1)
  /// Lazy commits are written when they come to this many bytes.
  public var lazyBytes: UInt64 = 1 << 20
  /// A group takes in no further commit beyond this many bytes.
  public var groupBytes: UInt64 = 4 << 20
  /// Segments that are kept ready: one for the log to go on to, one in reserve for changes that
  /// make room (F4), one in case of haste.
  public var spareSegments = 3
  /// A checkpoint is advised when this many bytes were committed since the last.
  public var checkpointBytes: UInt64 = 64 << 20

  public init() {}
}
