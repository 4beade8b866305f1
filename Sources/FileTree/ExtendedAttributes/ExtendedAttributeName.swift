import struct SystemPackage.Errno

/// The names that mean something here, and the namespaces of `xattr(7)`.
public enum ExtendedAttributeName {
  /// Where Linux keeps the ACL that decides about access to a file.
  public static let accessList = Array("system.posix_acl_access".utf8)
  /// Where Linux keeps the ACL that files made in a directory begin with.
  public static let defaultList = Array("system.posix_acl_default".utf8)

  private static let namespaces = ["user.", "trusted.", "security."].map { Array($0.utf8) }

  static func isTrusted(_ name: [UInt8]) -> Bool { name.starts(with: namespaces[1]) }

  /// - Throws: what ext4 says: `ERANGE` for a name that is too long, `EOPNOTSUPP` for one in no
  ///   namespace, `EINVAL` for a bare namespace.
  public static func check(_ name: some Collection<UInt8>) throws(Errno) {
    guard (1...255).contains(name.count) else { throw .outOfRange }
    if name.elementsEqual(accessList) || name.elementsEqual(defaultList) { return }
    guard let namespace = namespaces.first(where: { name.starts(with: $0) }) else {
      throw .notSupported
    }
    guard name.count > namespace.count else { throw .invalidArgument }
  }
}
