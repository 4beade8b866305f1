/// What each word that `-o` may hold is for.
enum OptionWords {
  /// Handed to libfuse, which makes mount(2) flags of them.
  static let kernel: Set<String> = [
    "suid", "nosuid", "dev", "nodev", "exec", "noexec", "noatime", "nodiratime", "sync", "async",
    "dirsync", "allow_other", "auto_unmount",
  ]

  /// Meant for mount(8), systemd or the reader of an fstab, or true anyway.
  static let ignored: Set<String> = [
    "defaults", "auto", "noauto", "nofail", "_netdev", "user", "nouser", "users", "owner",
    "group", "default_permissions", "atime", "diratime", "relatime", "norelatime",
    "strictatime", "nostrictatime", "lazytime", "nolazytime", "silent", "loud", "nomand",
    "noiversion",
  ]

  /// The same with a value, and what the mount table says of a FUSE mount, which mount(8) hands
  /// back to us in a remount.
  static let ignoredKeys: Set<String> = [
    "comment", "user", "uhelper", "helper", "subtype", "fd", "rootmode", "user_id", "group_id",
    "max_read", "blksize",
  ]

  /// Words that are not for us at all: `x-systemd.automount`, `X-mount.mkdir=0755`.
  static func isPrivate(_ word: Substring) -> Bool {
    word.hasPrefix("x-") || word.hasPrefix("X-")
  }
}
