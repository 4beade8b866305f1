import Glibc

/// One large file, from beginning to end.
struct SequentialFiles: Scenario {
  let name = "sequential"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("large")
    let bare = try bench.workplace.directory("bare")
    let places = [("Intact", mount.point + "/file"), ("ext4", bare + "/file")]
    let size = bench.plan.largeFile
    let rounds = min(3, bench.plan.rounds)
    func compare(
      _ what: String, aim: Double?, _ work: @escaping (String) throws -> Void,
      before: @escaping (String) throws -> Void = { _ in }
    ) throws -> [Row] {
      let outcome = try Contest(at: places) { path in
        try before(path)
        return Double(size) / (try Stopwatch.seconds { try work(path) })
      }.run(rounds: rounds)
      return outcome.rows(
        "\(what) \(Row.Unit.bytes.text(Double(size)))", .bytesPerSecond, places.map(\.0),
        targets: aim.map { ["ext4": .atLeast($0)] } ?? [:])
    }
    func start(without path: String? = nil) throws {
      if let path { unlink(path) }
      try Workplace.dropCaches()
      // For a copy in the mount's cache and one in that of the file system below.
      try Workplace.touchMemory(size * 2)
    }
    let rows =
      try compare(
        "write durably", aim: 0.85, { try LargeFile.write($0, size) },
        before: { try start(without: $0) })
      + compare("read, cold:", aim: 0.85, LargeFile.read, before: { _ in try start() })
      + compare("read, cached:", aim: 0.95, LargeFile.read)
      + compare("read by mmap, cached:", aim: nil, { try LargeFile.map($0, size) })
    try mount.unmount()
    try bench.workplace.removeStore("large")
    return rows
  }
}
