import Glibc

/// What goes on in a tree of small files that nobody changes.
struct SmallFiles: Scenario {
  let name = "small"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("small")
    let bare = try bench.workplace.directory("bare")
    let passThrough = try bench.workplace.passThrough(bare)
    defer { try? passThrough.unmount() }
    let count = min(2_000, bench.plan.treeFiles)
    let places = [("Intact", mount.point), ("bindfs", passThrough.point), ("ext4", bare)]
    for directory in [mount.point, bare] {
      for file in 0..<count {
        try Saving.plainly("\(directory)/\(file)", [UInt8](repeating: 1, count: 1000))
      }
    }
    // For a second or two a name that was changed is asked for again and again.
    sleep(3)
    func compare(
      _ what: String, aim: Row.Target? = nil, _ unit: Row.Unit,
      _ turn: @escaping (String) throws -> Double
    ) throws -> [Row] {
      let outcome = try Contest(at: places, turn).run(rounds: bench.plan.rounds)
      return outcome.rows(
        what, unit, places.map(\.0), targets: aim.map { ["bindfs": $0] } ?? [:])
    }
    func rate(_ directory: String, _ work: @escaping (String) throws -> Void) throws -> Double {
      let paths = (0..<count).map { "\(directory)/\($0)" }
      return try Crew.alone(seconds: bench.plan.turn) { try work(paths[$0 % count]) }.rate
    }
    let rows =
      try compare("open, read, close a small file", aim: .atLeast(1), .perSecond) {
        try rate($0, Self.read)
      }
      + compare("stat, cached", aim: .atLeast(1), .perSecond) { try rate($0, Self.look) }
      + compare("ls -lR of \(count) files", .seconds) { directory in
        try Stopwatch.seconds { try Command.run(["ls", "-lR", directory]) }
      }
      + compare("find of \(count) files", .seconds) { directory in
        try Stopwatch.seconds { try Command.run(["find", directory, "-size", "+1"]) }
      }
    try mount.unmount()
    try bench.workplace.removeStore("small")
    return rows
  }

  private static func read(_ path: String) throws {
    let file = try Descriptor(path, O_RDONLY)
    try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
      _ = try file.read(at: 0, into: buffer)
    }
    try file.close()
  }

  private static func look(_ path: String) throws {
    var status = stat()
    try Descriptor.check(lstat(path, &status), path)
  }
}
