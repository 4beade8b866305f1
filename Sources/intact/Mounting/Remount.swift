import Glibc
import SystemPackage

/// `mount -o remount,…`: changes the flags of a mount that is there.
struct Remount {
  let mountPoint: String
  let options: OptionList

  /// - Throws: a ``Problem`` if no mount of Intact is there, or the kernel refuses.
  func apply() throws(Problem) {
    let path = try MountPoint.resolve(mountPoint)
    guard let mount = try MountTable.current().entry(at: path), mount.isIntact else {
      throw Problem(path, "is not an Intact mount", status: .missing)
    }
    let flags = UInt(MS_REMOUNT) | flags(from: mount.flags)
    guard Glibc.mount(mount.source, path, nil, flags, "") == 0 else {
      throw Problem(path, doing: "remount", .current)
    }
  }

  /// The flags that the mount has now, changed by each word of the options in turn.
  private func flags(from present: [String]) -> UInt {
    var flags: UInt = 0
    for word in present + options.kernelWords {
      if let bit = Remount.setting[word] { flags |= bit }
      if let bit = Remount.clearing[word] { flags &= ~bit }
    }
    let readOnly = UInt(MS_RDONLY)
    return options.isReadOnly ? flags | readOnly : flags & ~readOnly
  }

  private static let setting: [String: UInt] = [
    "nosuid": UInt(MS_NOSUID), "nodev": UInt(MS_NODEV),
    "noexec": UInt(MS_NOEXEC), "noatime": UInt(MS_NOATIME),
    "nodiratime": UInt(MS_NODIRATIME), "sync": UInt(MS_SYNCHRONOUS),
    "dirsync": UInt(MS_DIRSYNC),
  ]

  private static let clearing: [String: UInt] = [
    "suid": UInt(MS_NOSUID), "dev": UInt(MS_NODEV),
    "exec": UInt(MS_NOEXEC), "async": UInt(MS_SYNCHRONOUS),
  ]
}
