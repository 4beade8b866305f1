/// How a file is opened.
public enum StorageAccess: Hashable, Sendable {
  /// Reading only, through the page cache.
  case read
  /// Reading only, past the page cache where the file system can, as in ``direct``.
  case directRead
  /// Reading and writing, through the page cache.
  case write
  /// Reading and writing past the page cache where the file system can: offsets, lengths and memory
  /// have to be whole blocks of 4096 bytes. Elsewhere the same as ``write``.
  case direct
}
