import CLinux
import Glibc

/// Looks through a process's descriptors for those that may still write a file of this mount: only
/// without one is a close the last (C2).
///
/// All of it is asked of the kernel in ways that send no request to any file system.
struct OpenDescriptors {
  private let process: pid_t
  private let inode: UInt64
  private let device: MountDevice
  private let directory: Int32
  /// How many may be looked at.
  private let budget: Int
  /// All that the process has open.
  private(set) var count = 0
  /// Those of them that write the file.
  private(set) var writing = 0
  /// The numbers of these.
  private var numbers: [Int32] = []

  /// Looks for those of `process` that write the file whose `st_ino` is `inode`.
  /// - Parameter atMost: the most descriptors to look at.
  /// - Returns: nil if the process has more, or cannot be seen.
  init?(writing inode: UInt64, on device: MountDevice, in process: pid_t, atMost budget: Int) {
    let directory = intact_open_process_file(process, "fd")
    guard directory >= 0 else { return nil }
    defer { close(directory) }
    guard intact_count_descriptors(directory) <= budget else { return nil }
    self.process = process
    self.inode = inode
    self.device = device
    self.directory = directory
    self.budget = budget
    let status = withUnsafeMutablePointer(to: &self) { search in
      intact_visit_descriptors(
        directory,
        { number, search in
          search!.assumingMemoryBound(to: OpenDescriptors.self).pointee.visit(number) ? 1 : 0
        }, search)
    }
    guard status == 0, count <= budget else { return nil }
  }

  /// False ends the search.
  private mutating func visit(_ number: Int32) -> Bool {
    count += 1
    guard count <= budget else { return false }
    if isFile(number), isWriter(number) {
      writing += 1
      numbers.append(number)
    }
    return true
  }

  /// How many open file descriptions those that write the file lead to, without those that one of
  /// the other processes has as well. As many as there are descriptors if the kernel does not tell.
  func descriptions(withoutThoseOf others: [pid_t]) -> Int {
    guard writing <= OpenDescriptors.mostCompared else { return writing }
    var own: [Int32] = []
    for number in numbers where !own.contains(where: { isSame(number, process, $0) }) {
      own.append(number)
    }
    for other in others.prefix(OpenDescriptors.mostCompared) {
      guard
        let found = OpenDescriptors(
          writing: inode, on: device, in: other, atMost: OpenDescriptors.mostVisited),
        found.writing <= OpenDescriptors.mostCompared
      else { continue }
      own.removeAll { number in found.numbers.contains { isSame(number, other, $0) } }
    }
    return own.count
  }

  private static let mostCompared = 16
  private static let mostVisited = 256

  private func isSame(_ number: Int32, _ other: pid_t, _ otherNumber: Int32) -> Bool {
    intact_same_description(process, number, other, otherNumber) == 1
  }

  private func isFile(_ number: Int32) -> Bool {
    var (device, inode) = (UInt64(0), UInt64(0))
    return intact_identify_descriptor(directory, number, &device, &inode) == 0
      && device == self.device.number && inode == self.inode
  }

  private func isWriter(_ number: Int32) -> Bool {
    let file = intact_open_descriptor_info(process, number)
    let flags = Field.withContent(of: file) { Field.number(named: "flags:", in: $0, base: 8) }
    return flags.map { Int32(truncatingIfNeeded: $0) & O_ACCMODE != O_RDONLY } ?? false
  }
}
