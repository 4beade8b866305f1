/// The flags of `renameat2(2)` that are served.
public struct RenameFlags: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `RENAME_NOREPLACE`
  public static let noReplace = RenameFlags(rawValue: 1)
  /// `RENAME_EXCHANGE`
  public static let exchange = RenameFlags(rawValue: 2)
}
