import ArgumentParser
import Foundation

/// `intact-bench`: the mount, and what a user would do instead, side by side on the same disk.
@main struct IntactBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intact-bench",
    abstract: "Measure a mount against what a user would do instead.",
    discussion: """
      Everything is measured in turns, in one run and on one disk, since machines and disks differ \
      more than file systems do: what counts are the ratios. Times are medians, with the lowest \
      and the highest of all rounds.

        intact-bench --quick                 ten minutes
        intact-bench --only replace          what has "replace" in its name
        intact-bench --json out.json --chart out.svg
      """)

  @Flag(help: "Smaller files and fewer rounds.")
  var quick = false

  @Flag(help: "As little as shows that everything runs; its numbers mean nothing.")
  var smoke = false

  @Option(help: "Measure only what has this in its name; may be repeated.")
  var only: [String] = []

  @Option(help: "A directory on the disk to measure, for the store and everything beside it.")
  var directory = "/var/tmp"

  @Option(help: "The program; by default the one beside this one.")
  var intact: String?

  @Option(help: "Write the figures as JSON here.", completion: .file())
  var json: String?

  @Option(help: "Draw the chart here, as SVG.", completion: .file())
  var chart: String?

  func validate() throws {
    if quick && smoke { throw ValidationError("--quick and --smoke exclude each other.") }
    if chosen.isEmpty {
      let names = Self.scenarios.map(\.name).joined(separator: ", ")
      throw ValidationError("nothing has \(only.joined(separator: ", ")) in its name: \(names)")
    }
  }

  func run() throws {
    let plan = smoke ? Plan.smoke : quick ? .quick : .full
    let program = intact ?? Self.besideThis("intact")
    let workplace = try Workplace(in: directory, program: program)
    defer { workplace.remove() }
    var report = Report(machine: .this(directory))
    for scenario in chosen {
      StandardError.say("\(scenario.name)…")
      report.rows += try scenario.measure(Bench(workplace: workplace, plan: plan))
    }
    print(report.table)
    if let json { try report.json.write(toFile: json, atomically: false, encoding: .utf8) }
    if let chart {
      try Chart(report).text.write(toFile: chart, atomically: false, encoding: .utf8)
    }
  }

  private static let scenarios: [any Scenario] = [
    DurableReplacement(), ReplacementSizes(), CommitFloor(), OrderedWrites(), Appending(),
    Updating(), SequentialFiles(), RandomReads(), SmallFiles(), Opening(), SteadyOverwriting(),
  ]

  private var chosen: [any Scenario] {
    Self.scenarios.filter { scenario in
      only.isEmpty || only.contains { scenario.name.contains($0) }
    }
  }

  private static func besideThis(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name).path
  }
}
