import Glibc
import SystemPackage
import Testing

/// A small ext4 file system of its own, in an image on a loop device: for full disks, for counting
/// flushes of a real device, and for power cuts.
final class LoopImage {
  /// Where it is mounted.
  let point: FilePath
  /// A directory outside it, on the disk that holds the image.
  let scratch: FilePath
  private let image: FilePath
  private let shell: Shell

  private init(in directory: FilePath) {
    point = directory.appending("disk")
    image = directory.appending("image")
    scratch = directory
    shell = Shell(directory: directory, scratch: directory)
  }

  /// Makes and mounts an image of `mebibytes`, runs `body`, and leaves nothing behind.
  static func run(mebibytes: Int, _ body: (LoopImage) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let image = LoopImage(in: directory.path)
    try image.shell.run(
      "truncate -s \(mebibytes)M image && mkfs.ext4 -q -m 0 image && mkdir disk"
    ).require()
    try image.mount()
    defer { image.cleanUp() }
    try body(image)
    try image.unmount()
  }

  private func mount() throws { try shell.run("mount -o loop image disk").require() }

  private func unmount() throws { try shell.run("umount disk").require() }

  private func cleanUp() {
    guard MountTable.type(at: point) != nil else { return }
    umount2(point.string, Int32(MNT_DETACH))
  }

  /// Takes the power away: nothing that is not on the device by now will ever be. Everything on the
  /// file system fails from here on, until `powerOn`.
  func cutPower() throws {
    let request = """
      import fcntl, os, struct
      EXT4_IOC_SHUTDOWN, WITHOUT_FLUSHING_THE_JOURNAL = 0x8004587D, 2
      fcntl.ioctl(os.open('disk', os.O_RDONLY), EXT4_IOC_SHUTDOWN,
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

  /// Runs `body` while everything that writes to the file system has to wait.
  func whileFrozen(_ body: () throws -> Void) throws {
    try shell.run("fsfreeze --freeze disk").require()
    let result = Result(catching: body)
    try shell.run("fsfreeze --unfreeze disk").require()
    try result.get()
  }

  /// Fills the file system to the last byte.
  func fill() throws {
    let filler = try shell.run("cat /dev/zero > disk/ballast; sync -f disk/ballast")
    #expect(filler.errors.contains("No space left"))
  }

  /// Gives the space back that `fill` took.
  func makeRoom() throws { try shell.run("rm disk/ballast").require() }

  /// How many flushes the device has answered since it was set up.
  func deviceFlushes() throws -> Int {
    let device = "$(losetup --noheadings --output NAME --associated image)"
    let report = try shell.run("cat /sys/block/$(basename \(device))/stat").require()
    let fields = report.text.split(separator: " ").compactMap { Int($0) }
    guard fields.count > 15 else { throw TestFailure("no flush count in \(report.text)") }
    return fields[15]
  }
}
