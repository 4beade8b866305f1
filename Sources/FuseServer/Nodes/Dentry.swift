import LogFormat

/// A name as the kernel caches it: below a directory's node.
struct Dentry: Hashable, Sendable {
  let parent: UInt64
  let name: Name
}
