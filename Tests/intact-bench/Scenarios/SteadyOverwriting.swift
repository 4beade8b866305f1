/// Files that are replaced for ever: what the store takes, and what compaction costs.
struct SteadyOverwriting: Scenario {
  let name = "overwrite"
  private static let size = 64 << 10

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("overwritten")
    let count = Int(bench.plan.liveBytes) / Self.size
    var bytes = [UInt8](repeating: 0, count: Self.size)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 131) }
    var lives: [Samples] = []
    var largest: UInt64 = 0
    let before = try mount.counters()
    for life in 0...bench.plan.lives {
      var latencies: [Double] = []
      for number in 0..<count {
        // Each life replaces most of the files once, some twice, some not at all.
        let file = life == 0 ? number : Int.random(in: 0..<count)
        bytes[0] = UInt8(truncatingIfNeeded: life)
        latencies.append(
          try Stopwatch.seconds { try Saving.plainly("\(mount.point)/\(file)", bytes) })
        if number % 256 == 0 { largest = max(largest, try mount.counters().storeBytes) }
      }
      lives.append(Samples(latencies))
    }
    let after = try mount.counters()
    try mount.unmount()
    try bench.workplace.removeStore("overwritten")
    let written = after.bytesWritten - before.bytesWritten
    let published = UInt64(count * (bench.plan.lives + 1) * Self.size)
    let live = Row.Unit.bytes.text(Double(bench.plan.liveBytes))
    let what = "replace 64 KiB files for ever, \(live) live"
    let steady = Samples([lives[lives.count - 1].percentile(99)])
    let fresh = Samples([lives[0].percentile(99)])
    return [
      Row(
        "\(what), store by live bytes", "Intact", .ratio, Double(largest) / Double(after.liveBytes),
        target: .atMost(2)),
      Row(
        "\(what), written by published", "Intact", .ratio, Double(written) / Double(published),
        target: .atMost(2)),
      Row("\(what), p99 of the first writing", "Intact", .seconds, fresh),
      Row(
        "\(what), p99 while compacting", "Intact", .seconds, steady,
        ratio: Samples([steady.median / fresh.median]), to: "the first writing",
        target: .atMost(4)),
    ]
  }
}
