import struct SystemPackage.Errno

/// A tree that steps are taken on: the real one in this process, or a mount.
public protocol ContractSubject: AnyObject {
  /// Makes the call.
  /// - Throws: what it fails with.
  func perform(_ step: ContractStep) throws(Errno)
  /// What a reader reads, all of it.
  func read(_ reader: Int) throws(Errno) -> [UInt8]
  /// What all paths show.
  func visible() throws -> VisibleTree
}
