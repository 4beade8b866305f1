import FileTree

/// An open directory. Its listing is a snapshot, so offsets into it stay meaningful while the
/// directory changes.
final class DirectoryHandle {
  let node: KernelNode
  /// Taken at the beginning, and again by `rewinddir`.
  var listing: DirectoryListing?

  init(_ node: KernelNode) { self.node = node }

  /// Gives the handle to the kernel, which names it by this number until RELEASEDIR.
  func hand() -> UInt64 {
    UInt64(UInt(bitPattern: Unmanaged.passRetained(self).toOpaque()))
  }

  /// The handle that the kernel names.
  static func named(_ number: UInt64) -> DirectoryHandle { unmanaged(number).takeUnretainedValue() }

  /// Takes the handle back from the kernel.
  static func takeBack(_ number: UInt64) -> DirectoryHandle {
    unmanaged(number).takeRetainedValue()
  }

  private static func unmanaged(_ number: UInt64) -> Unmanaged<DirectoryHandle> {
    .fromOpaque(UnsafeRawPointer(bitPattern: UInt(number))!)
  }
}
