/// The type bits of a mode, as `stat(2)` defines them; spelled here so that nothing depends on a
/// platform header.
enum FileType {
  static let mask: UInt32 = 0o170000
  static let directory: UInt32 = 0o040000
  static let regular: UInt32 = 0o100000
  static let symlink: UInt32 = 0o120000

  static let setGroupID: UInt32 = 0o2000
  static let permissions: UInt32 = 0o7777
}

extension UInt32 {
  /// The type bits of this mode.
  var fileType: UInt32 { self & FileType.mask }
}
