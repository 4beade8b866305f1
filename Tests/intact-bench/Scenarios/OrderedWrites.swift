/// `durability=fsync`: nobody waits for the disk, and all is in order. Against the same on the disk
/// itself, where neither is anything durable then, and where nothing is in order.
struct OrderedWrites: Scenario {
  let name = "ordered"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("ordered", options: ["durability=fsync"])
    let bare = try bench.workplace.directory("bare")
    let archive = try archive(bench)
    let places = [("Intact", mount.point), ("ext4", bare)]
    let bytes = DurableReplacement.bytes
    let turn = bench.plan.turn
    let replacements = try Contest(at: places) { directory in
      try Crew.alone(seconds: turn) { try Saving.plainly("\(directory)/\($0 % 4)", bytes) }.rate
    }.run(rounds: bench.plan.rounds)
    var removals: [String: [Double]] = [:]
    let extractions = try Contest(
      places.map { name, directory in
        (
          name,
          {
            let extraction = try Stopwatch.seconds {
              try Command.run(["tar", "xf", archive], in: directory)
            }
            removals[name, default: []].append(
              try Stopwatch.seconds { try Command.run(["rm", "-rf", "tree"], in: directory) })
            return extraction
          }
        )
      }
    ).run(rounds: min(3, bench.plan.rounds))
    try mount.unmount()
    try bench.workplace.removeStore("ordered")
    let names = places.map(\.0)
    let files = "\(bench.plan.treeFiles) files, durability=fsync"
    return replacements.rows("replace 4 KiB, durability=fsync", .perSecond, names)
      + extractions.rows("tar x of \(files)", .seconds, names)
      + Contest.Outcome(values: removals).rows("rm -rf of \(files)", .seconds, names)
  }

  /// A tree with a hundred files in each directory, of one to eight KiB.
  private func archive(_ bench: Bench) throws -> String {
    let source = try bench.workplace.directory("source")
    for directory in 0..<(bench.plan.treeFiles + 99) / 100 {
      let path = try bench.workplace.directory("source/tree/\(directory)")
      for file in 0..<100 {
        try Saving.plainly(
          "\(path)/\(file)", [UInt8](repeating: UInt8(file), count: 1024 * (1 + file % 8)))
      }
    }
    let archive = bench.workplace.path + "/tree.tar"
    try Command.run(["tar", "cf", archive, "tree"], in: source)
    return archive
  }
}
