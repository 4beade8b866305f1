/// Who makes a new file, and how: the mode with its type bits and the umask, and the owner.
public struct Creation: Sendable {
  public var mode: UInt32
  public var uid: UInt32
  public var gid: UInt32
  /// What is taken from the mode, unless the directory has a default ACL.
  public var umask: UInt32

  public init(mode: UInt32, uid: UInt32, gid: UInt32, umask: UInt32 = 0) {
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.umask = umask
  }
}
