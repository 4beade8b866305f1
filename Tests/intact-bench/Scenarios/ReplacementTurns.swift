import Glibc

/// The contest of those who replace files durably, and what it costs the store.
final class ReplacementTurns {
  private let bench: Bench
  private let writers: Int
  private let bytes: [UInt8]
  private(set) var latencies: [String: Samples] = [:]
  private var flushes: UInt64 = 0
  private var bytesWritten: UInt64 = 0

  /// Files that each writer replaces in turn.
  private static let files = 4

  init(_ bench: Bench, writers: Int, bytes: [UInt8]) throws {
    self.bench = bench
    self.writers = writers
    self.bytes = bytes
  }

  /// What a replacement of 4 KiB may cost the store.
  static func aims(_ writers: Int) -> [String: Row.Target] {
    switch writers {
    case 1: ["flushes": .atMost(1), "bytes": .atMost(8192)]
    case 64: ["flushes": .atMost(0.1), "bytes": .atMost(5120)]
    default: [:]
    }
  }

  func run(withDatabase: Bool) throws -> Contest.Outcome {
    let mount = try bench.workplace.mount("replaced")
    let bare = try bench.workplace.directory("bare")
    let directory = try Descriptor(bare, O_RDONLY | O_DIRECTORY)
    defer { try? directory.close() }
    var turns: [(String, () throws -> Double)] = [
      ("Intact", { try self.turn(on: mount) }),
      (
        "by hand",
        { try self.turn("by hand", bare) { try Saving.byHand($0, self.bytes, in: directory) } }
      ),
      ("in place", { try self.turn("in place", bare) { try Saving.inPlace($0, self.bytes) } }),
    ]
    if withDatabase {
      turns.append(("SQLite", { try self.turn(database: bare + "/database") }))
    }
    let outcome = try Contest(turns).run(rounds: bench.plan.rounds)
    try mount.unmount()
    try bench.workplace.removeStore("replaced")
    return outcome
  }

  private func turn(on mount: Mount) throws -> Double {
    let before = try mount.counters()
    let rate = try turn("Intact", mount.point) { try Saving.plainly($0, self.bytes) }
    let after = try mount.counters()
    flushes += after.flushes - before.flushes
    bytesWritten += after.bytesWritten - before.bytesWritten
    return rate
  }

  private func turn(
    _ name: String, _ directory: String, _ save: @escaping (String) throws -> Void
  ) throws -> Double {
    let result = try Crew.work(writers, seconds: bench.plan.turn) { writer in
      let paths = (0..<Self.files).map { "\(directory)/\(writer)-\($0)" }
      // Their first writing is a creation.
      for path in paths { try save(path) }
      return { round in try save(paths[round % Self.files]) }
    }
    return add(result, name)
  }

  private func turn(database path: String) throws -> Double {
    let bytes = self.bytes
    let result = try Crew.work(writers, seconds: bench.plan.turn) { writer in
      let file = try KeyValueFile(path)
      return { round in try file.put(writer * Self.files + round % Self.files, bytes) }
    }
    return add(result, "SQLite")
  }

  private func add(_ result: Crew.Result, _ name: String) -> Double {
    latencies[name] = Samples((latencies[name]?.values ?? []) + result.latencies)
    return result.rate
  }

  /// Flushes and bytes that the daemon counted, for each replacement; the creations count too.
  func costs(_ what: String, aims: [String: Row.Target]) -> [Row] {
    let replacements = latencies["Intact"]?.values.count ?? 0
    let count = Double(replacements + bench.plan.rounds * writers * Self.files)
    return [
      Row(
        "\(what), flushes each", "Intact", .count, Double(flushes) / count,
        target: aims["flushes"]),
      Row(
        "\(what), written each", "Intact", .bytes, Double(bytesWritten) / count,
        target: aims["bytes"]),
    ]
  }
}
