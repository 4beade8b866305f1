import Glibc
import SystemPackage
import Testing

/// A small file system of its own, in an image on a loop device: for full disks, for counting
/// flushes of a real device, and for power cuts.
final class LoopImage {
  /// What the image is formatted with.
  enum FileSystem: String, CaseIterable, Sendable {
    case ext4, xfs

    fileprivate var format: String {
      switch self {
      case .ext4: "mkfs.ext4 -q -m 0"
      case .xfs: "mkfs.xfs -q -m reflink=1"
      }
    }

    /// A copy of an image has the identity of its original, which may be mounted.
    fileprivate var options: String { self == .xfs ? "loop,nouuid" : "loop" }

    /// The smallest that can be made, in MiB.
    fileprivate var mebibytesMin: Int { self == .xfs ? 300 : 1 }
  }

  /// Where it is mounted.
  let point: FilePath
  /// A directory outside it, on the disk that holds the image.
  let scratch: FilePath
  private let type: FileSystem
  private let image: FilePath
  private let shell: Shell

  private init(_ type: FileSystem, _ image: FilePath?, in directory: FilePath) {
    self.type = type
    self.image = image ?? directory.appending("image")
    point = directory.appending("disk")
    scratch = directory
    shell = Shell(directory: directory, scratch: directory)
  }

  /// Makes and mounts an image of `mebibytes`, or the least that its type can have, runs `body`,
  /// and leaves nothing behind.
  ///
  /// - Parameter parent: where the image is to lie; on the disk of all tests if it isn't given.
  static func run(
    _ type: FileSystem = .ext4, mebibytes: Int, below parent: FilePath? = nil,
    _ body: (LoopImage) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory(below: parent)
    defer { directory.remove() }
    let image = LoopImage(type, nil, in: directory.path)
    let size = max(mebibytes, type.mebibytesMin)
    try image.shell.run("truncate -s \(size)M image && \(type.format) image").require()
    try image.use(body)
  }

  /// Mounts what `copy` made, runs `body`, and takes the mount away again.
  static func run(
    _ type: FileSystem, copy: FilePath, _ body: (LoopImage) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    try LoopImage(type, copy, in: directory.path).use(body)
  }

  private func use(_ body: (LoopImage) throws -> Void) throws {
    try shell.run("mkdir disk").require()
    try mount()
    defer { cleanUp() }
    try body(self)
    try unmount()
  }

  private func mount() throws {
    try shell.run("mount -o \(type.options) \(image) disk").require()
  }

  private func unmount() throws { try shell.run("umount disk").require() }

  private func cleanUp() {
    guard MountTable.type(at: point) != nil else { return }
    umount2(point.string, Int32(MNT_DETACH))
  }

  // MARK: Power

  /// Takes the power away: nothing that is not on the device by now will ever be. Everything on the
  /// file system fails from here on, until `powerOn`.
  func cutPower() throws {
    // One number for both types.
    let request = """
      import fcntl, os, struct
      SHUTDOWN, WITHOUT_FLUSHING_THE_JOURNAL = 0x8004587D, 2
      fcntl.ioctl(os.open('disk', os.O_RDONLY), SHUTDOWN,
        struct.pack('I', WITHOUT_FLUSHING_THE_JOURNAL))
      """
    try shell.run("/usr/bin/python3 -I -S -c \"\(request)\"").require()
  }

  /// Runs `body` while everything that writes to the file system has to wait, and then makes that
  /// fail, and all later writes until `powerOn`. What is on it can be read.
  func failWrites(of body: () throws -> Void) throws {
    try shell.run("mount -o remount,errors=remount-ro disk").require()
    try whileFrozen {
      try body()
      try shell.run(
        """
        device=$(losetup --noheadings --output NAME --associated image)
        echo 1 > /sys/fs/ext4/$(basename $device)/trigger_fs_error
        """
      ).require()
    }
  }

  /// Drops everything that the kernel has in memory of the file system and mounts it again.
  func powerOn() throws {
    try unmount()
    try mount()
  }

  /// Copies the image as it is at one instant, whatever is being written to it. It has to lie on a
  /// file system whose files can share blocks, which holds up writers of the original for the time
  /// of the copy.
  func copy(to copy: FilePath) throws {
    try shell.run("cp --reflink=always \(image) \(copy)").require()
  }

  /// Runs `body` while everything that writes to the file system has to wait.
  func whileFrozen(_ body: () throws -> Void) throws {
    try shell.run("fsfreeze --freeze disk").require()
    let result = Result(catching: body)
    try shell.run("fsfreeze --unfreeze disk").require()
    try result.get()
  }

  /// Gives the room in the image back that holds only zeros: whoever writes there next needs room
  /// on the disk below.
  func digHoles() throws {
    try whileFrozen { try shell.run("fallocate --dig-holes \(image)").require() }
  }

  // MARK: Room

  /// Fills the file system to the last byte, or so that some bytes are left.
  func fill(leaving bytes: Int = 0) throws {
    let filler = try shell.run("cat /dev/zero > disk/ballast; sync -f disk/ballast")
    #expect(filler.errors.contains("No space left"))
    if bytes > 0 { try shell.run("truncate -s -\(bytes) disk/ballast").require() }
  }

  /// Gives the space back that `fill` took.
  func makeRoom() throws { try shell.run("rm disk/ballast").require() }

  /// How many flushes the device has answered since it was set up.
  func deviceFlushes() throws -> Int {
    let device = "$(losetup --noheadings --output NAME --associated \(image))"
    let report = try shell.run("cat /sys/block/$(basename \(device))/stat").require()
    let fields = report.text.split(separator: " ").compactMap { Int($0) }
    guard fields.count > 15 else { throw TestFailure("no flush count in \(report.text)") }
    return fields[15]
  }
}
