/// What a mount is told besides its tree.
public struct MountOptions: Sendable {
  /// What the mount table shows as the mounted device: the store's path, or the name that the user
  /// gave.
  public var source: String
  /// An absolute path without symbolic links.
  public var mountPoint: String
  /// Words of `mount -o` for libfuse and the kernel, checked by the caller: `allow_other`, `ro`,
  /// `nosuid` and the like.
  public var fuseOptions: [String]
  /// What the attribute `user.intact.status` of the root reads as. Called on the reading thread, so
  /// it must not wait.
  public var statusReport: @Sendable () -> [UInt8]

  public init(
    source: String, mountPoint: String, fuseOptions: [String],
    statusReport: @escaping @Sendable () -> [UInt8]
  ) {
    self.source = source
    self.mountPoint = mountPoint
    self.fuseOptions = fuseOptions
    self.statusReport = statusReport
  }
}
