import Glibc

/// 4 KiB here and there in a large file.
struct RandomReads: Scenario {
  let name = "random-read"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("large")
    let bare = try bench.workplace.directory("bare")
    let places = [("Intact", mount.point + "/file"), ("ext4", bare + "/file")]
    let size = bench.plan.updatedFile
    for (_, path) in places { try LargeFile.write(path, size) }
    func compare(_ what: String, _ before: @escaping () throws -> Void) throws -> [Row] {
      let outcome = try Contest(at: places) { path in
        try before()
        return try Self.rate(path, size, seconds: bench.plan.turn)
      }.run(rounds: bench.plan.rounds)
      return outcome.rows(what, .perSecond, places.map(\.0))
    }
    let rows =
      try compare("read 4 KiB at random, cold", Workplace.dropCaches)
      + { () throws -> [Row] in
        for (_, path) in places { try LargeFile.read(path) }
        return try compare("read 4 KiB at random, cached", {})
      }()
    try mount.unmount()
    try bench.workplace.removeStore("large")
    return rows
  }

  private static func rate(_ path: String, _ size: UInt64, seconds: Double) throws -> Double {
    let file = try Descriptor(path, O_RDONLY)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
    defer {
      buffer.deallocate()
      try? file.close()
    }
    return try Crew.alone(seconds: seconds) { _ in
      try file.read(at: .random(in: 0..<size / 4096) * 4096, into: buffer)
    }.rate
  }
}
