import CLinux
import Glibc

/// Looks through a process's descriptors for those that may still write a file of this mount: only
/// without one is a close the last (C2).
///
/// All of it is read from `/proc`, which sends no request to any file system.
struct OpenDescriptors {
  private let process: pid_t
  private let inode: UInt64
  private let device: MountDevice
  private let directory: Int32
  /// Descriptors that may still be looked at.
  private var budget: Int
  private(set) var count = 0

  /// How many descriptors of `process` write the file whose `st_ino` is `inode`.
  /// - Parameter atMost: the most descriptors to look at.
  /// - Returns: nil if the process has more, or cannot be seen.
  static func writing(
    _ inode: UInt64, on device: MountDevice, in process: pid_t, atMost budget: Int
  ) -> Int? {
    let directory = intact_open_process_file(process, "fd")
    guard directory >= 0 else { return nil }
    defer { close(directory) }
    var search = OpenDescriptors(
      process: process, inode: inode, device: device, directory: directory, budget: budget)
    let status = withUnsafeMutablePointer(to: &search) { search in
      intact_visit_descriptors(
        directory,
        { number, search in
          search!.assumingMemoryBound(to: OpenDescriptors.self).pointee.visit(number) ? 1 : 0
        }, search)
    }
    guard status == 0, search.budget >= 0 else { return nil }
    return search.count
  }

  private init(
    process: pid_t, inode: UInt64, device: MountDevice, directory: Int32, budget: Int
  ) {
    self.process = process
    self.inode = inode
    self.device = device
    self.directory = directory
    self.budget = budget
  }

  /// False ends the search.
  private mutating func visit(_ number: Int32) -> Bool {
    budget -= 1
    guard budget >= 0 else { return false }
    if mayBeFile(number), isWriter(number) { count += 1 }
    return true
  }

  /// A cheap filter: pipes, sockets and terminals are most of what a shell has open.
  private func mayBeFile(_ number: Int32) -> Bool {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 6) { target in
      let length = intact_read_descriptor_link(directory, number, target.baseAddress!, 6)
      guard length > 0, target[0] == CChar(bitPattern: UInt8(ascii: "/")) else { return false }
      return device.isBelowDevices || length < 5 || memcmp(target.baseAddress!, "/dev/", 5) != 0
    }
  }

  private func isWriter(_ number: Int32) -> Bool {
    let file = intact_open_descriptor_info(process, number)
    let mount: UInt64? = Field.withContent(of: file) { text in
      guard Field.number(named: "ino:", in: text, base: 10) == inode,
        let flags = Field.number(named: "flags:", in: text, base: 8),
        Int32(truncatingIfNeeded: flags) & O_ACCMODE != O_RDONLY
      else { return nil }
      return Field.number(named: "mnt_id:", in: text, base: 10)
    }
    guard let mount else { return false }
    return device.has(mount: mount, seenBy: process)
  }
}
