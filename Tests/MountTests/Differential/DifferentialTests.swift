import Foundation
import SystemPackage
import Testing

/// Thousands of random calls, each made on a mount and on ext4: results, errors, attributes, times
/// and contents are the same, but for what "Differences from ext4" names.
///
/// `INTACT_OPERATIONS` is how many calls each seed makes, `INTACT_SEED` a seed to run by itself.
@Suite(.serialized) struct DifferentialTests {
  @Test("random calls give what ext4 gives", arguments: [1, 2, 3, 4, nil] as [UInt32?])
  func sameAsExt4(seed: UInt32?) throws {
    let chosen = seed ?? Setting.number("INTACT_SEED") ?? .random(in: 1000 ... .max)
    if seed == nil { print("sameAsExt4: seed \(chosen)") }
    let calls = Setting.number("INTACT_OPERATIONS") ?? 3000
    let limit = Duration.seconds(90 + calls / 50)
    try LoopImage.run(mebibytes: 1024) { image in
      try Mounted.run(options: ["allow_other"], limit: limit) { mounted in
        let report = try compare(
          image.point, mounted.point, seed: chosen, calls: calls, DifferentialFeature.ofIntact,
          in: mounted, limit: limit)
        if !report.isEmpty { Issue.record("\(report)") }
      }
    }
  }

  @Test("the checker finds no difference between ext4 and ext4, and finds the one of R2")
  func checksItself() throws {
    try LoopImage.run(mebibytes: 1024) { image in
      try Mounted.run { mounted in
        try mounted.shell("cd \(image.point); mkdir 1 2 3 4").require()
        let directories = (1...4).map { image.point.appending("\($0)") }
        let none = try compare(
          directories[0], directories[1], seed: 1, calls: 3000, DifferentialFeature.ofExt4,
          in: mounted, limit: .seconds(60))
        #expect(none.isEmpty, "\(none)")
        let found = try compare(
          directories[2], directories[3], seed: 1, calls: 10_000, [.pins], in: mounted,
          limit: .seconds(60))
        #expect(found.contains("seed 1, call ") && found.contains("read("), "\(found)")
      }
    }
  }

  /// Runs the checker on two directories, the first of them on ext4.
  ///
  /// - Returns: its report of a difference; empty if there is none.
  private func compare(
    _ plain: FilePath, _ other: FilePath, seed: UInt32, calls: Int,
    _ features: Set<DifferentialFeature>, in mounted: Mounted, limit: Duration
  ) throws -> String {
    // A mount of Intact is such a one.
    try mounted.shell("mount -o remount,noatime,nosuid,nodev $(stat -c %m \(plain))").require()
    let python = try mounted.python(in: "/", limit: limit)
    defer { python.close() }
    try python.run(DifferentialProgram.text)
    let words = features.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    return try python.run("compare_sides('\(plain)', '\(other)', \(seed), \(calls), {\(words)})")
  }
}
