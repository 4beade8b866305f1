/// Who makes a new file, and how: the mode with its type bits (umask applied) and the owner.
public struct Creation: Sendable {
  public var mode: UInt32
  public var uid: UInt32
  public var gid: UInt32

  public init(mode: UInt32, uid: UInt32, gid: UInt32) {
    self.mode = mode
    self.uid = uid
    self.gid = gid
  }
}
