import Glibc

/// 4 KiB are replaced durably, by one client and by many.
struct DurableReplacement: Scenario {
  let name = "replace"
  static let bytes = [UInt8](repeating: 0x5A, count: 4096)

  func measure(_ bench: Bench) throws -> [Row] {
    try bench.plan.writers.flatMap { try measure(bench, writers: $0) }
  }

  private func measure(_ bench: Bench, writers: Int) throws -> [Row] {
    let what = "replace 4 KiB durably, \(writers) \(writers == 1 ? "writer" : "writers")"
    let turns = try ReplacementTurns(bench, writers: writers, bytes: Self.bytes)
    let outcome = try turns.run(withDatabase: true)
    let isCrowd = writers >= 16
    let rates = outcome.rows(
      what, .perSecond, ["Intact", "by hand", "in place", "SQLite"],
      targets: ["by hand": .atLeast(isCrowd ? 5 : 2)])
    let delays = turns.latencies.sorted { $0.key < $1.key }.flatMap { who, latencies in
      [50.0, 99].map { percent in
        Row("\(what), p\(Int(percent))", who, .seconds, latencies.percentile(percent))
      }
    }
    return rates + delays + turns.costs(what, aims: ReplacementTurns.aims(writers))
  }
}

/// Other sizes, one client.
struct ReplacementSizes: Scenario {
  let name = "replace-sizes"

  func measure(_ bench: Bench) throws -> [Row] {
    try [(256, "256 B"), (64 << 10, "64 KiB"), (1 << 20, "1 MiB")].flatMap { size, text in
      let what = "replace \(text) durably"
      let turns = try ReplacementTurns(
        bench, writers: 1, bytes: [UInt8](repeating: 0x5A, count: size))
      let outcome = try turns.run(withDatabase: false)
      return outcome.rows(what, .perSecond, ["Intact", "by hand", "in place"])
        + turns.costs(what, aims: [:])
    }
  }
}
