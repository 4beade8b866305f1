import Glibc
import SystemPackage
import TestSupport
import Testing

/// The image that a store's file system lies in is copied at arbitrary moments under a load: each
/// copy is what a power cut at that instant leaves on a disk that keeps what it was given, in
/// order.
///
/// The image lies on an xfs, where a copy shares the blocks of its original and is taken under the
/// lock that every write of the loop device needs. `INTACT_COPIES` is how many copies there are in
/// all, `INTACT_SEED` a seed to run by itself.
@Suite(.serialized) struct ImageCopyTests {
  @Test(
    "D1, D2: in every copy of the disk taken under load is all that was acknowledged, nothing torn",
    arguments: LoopImage.FileSystem.allCases)
  func copied(type: LoopImage.FileSystem) throws {
    let seed = Load.count("INTACT_SEED", default: Load.randomSeed())
    let copies = (Load.count("INTACT_COPIES", default: 16) + 1) / 2
    print("ImageCopyTests: seed \(seed), \(type)")
    try LoopImage.run(.xfs, mebibytes: 4096 + 200 * copies) { shelf in
      try LoopImage.run(type, mebibytes: 600, below: shelf.point) { image in
        let store = image.point.appending("store")
        try Mounted.run(store: store, limit: .seconds(120 + 20 * copies)) { mounted in
          try Load.run(on: mounted, seed: seed) { load in
            try take(copies, of: image, to: shelf, seed: seed, under: load)
            for copy in 0..<copies {
              try check(shelf.point.appending("copy\(copy)"), type, with: load, copy)
            }
            try load.check(everything: true)
            print(
              """
              ImageCopyTests: seed \(seed), \(type), \(copies) copies, \
              \(try load.acknowledged.inGroups) acknowledged changes, no violation
              """)
          }
        }
      }
    }
  }

  @Test("a copy shows the disk at one instant")
  func copiesAreInstants() throws {
    try LoopImage.run(.xfs, mebibytes: 2048) { shelf in
      try LoopImage.run(mebibytes: 300, below: shelf.point) { image in
        let writer = try Python(
          directory: image.point, errors: shelf.scratch.appending("python.log"))
        defer { writer.close() }
        try writer.run(Self.alternation)
        for copy in 0..<8 {
          let path = shelf.point.appending("copy\(copy)")
          try image.copy(to: path)
          try LoopImage.run(.ext4, copy: path) { image in
            let seen = try writer.run("numbers('\(image.point)')")
            #expect(
              try writer.run("(lambda n: n[1] <= n[0] <= n[1] + 1)(\(seen))") == "True", "\(seen)")
          }
        }
        try writer.run("running = False; thread.join()")
        let last = Int(try writer.run("numbers('.')[0]")) ?? 0
        #expect(last > 8)
        print("ImageCopyTests: 8 copies under \(last) pairs of writes, each at one instant")
      }
    }
  }

  /// Writes a number at one end of the disk and then at the other, and goes on with the next.
  private static let alternation = """
    paths = ['first', 'last']
    for path in paths:
        publish(path, bytes(4096))
        publish('between', bytes(64 << 20))
    os.sync()
    fds = [os.open(path, os.O_WRONLY | os.O_DIRECT | os.O_DSYNC) for path in paths]
    page, running = mmap.mmap(-1, 4096), True
    def alternate():
        number = 0
        while running:
            number += 1
            page[:8] = struct.pack('q', number)
            for fd in fds: os.pwrite(fd, page, 0)
    thread = threading.Thread(target=alternate, daemon=True)
    thread.start()
    def numbers(top):
        return [struct.unpack_from('q', content(top + '/' + path))[0] for path in paths]
    """

  private func take(
    _ copies: Int, of image: LoopImage, to shelf: LoopImage, seed: Int, under load: Load
  ) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    try load.start()
    for copy in 0..<copies {
      usleep(.random(in: 50_000...1_000_000, using: &generator))
      try load.note("before\(copy)")
      try image.copy(to: shelf.point.appending("copy\(copy)"))
      try load.note("after\(copy)")
    }
    try load.stop()
  }

  private func check(
    _ copy: FilePath, _ type: LoopImage.FileSystem, with load: Load, _ number: Int
  ) throws {
    try LoopImage.run(type, copy: copy) { image in
      try Mounted.run(store: image.point.appending("store")) { mounted in
        try load.check(mounted.point, from: "before\(number)", to: "after\(number)")
      }
    }
  }
}
