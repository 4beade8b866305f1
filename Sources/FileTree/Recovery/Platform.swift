import Glibc

/// Who runs this program: the owner of a new store's root.
enum Platform {
  static var userID: UInt32 { getuid() }
  static var groupID: UInt32 { getgid() }
}
