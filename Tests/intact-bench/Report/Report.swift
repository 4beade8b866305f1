import Foundation

/// All the figures of a run.
struct Report: Codable, Sendable {
  var machine: Machine
  var date = Date.now.formatted(.iso8601.year().month().day())
  var rows: [Row] = []

  init(machine: Machine) { self.machine = machine }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  /// A table that reads well as Markdown and at a terminal.
  var table: String {
    let titles = ["what", "who", "median", "lowest–highest", "Intact is", "target"]
    let lines = [titles] + rows.map(\.cells)
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      "| "
        + zip(cells, widths).map { cell, width in
          cell + String(repeating: " ", count: width - cell.count)
        }.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) + "|" }.joined()
    let body = ([line(titles), rule] + lines.dropFirst().map(line)).joined(separator: "\n")
    return "\(machine.text), \(date)\n\n\(body)"
  }
}

extension Row {
  /// The table's cells.
  fileprivate var cells: [String] {
    let spread = lowest == highest ? "" : "\(unit.text(lowest))–\(unit.text(highest))"
    let verdict = isMet.map { $0 ? "✓ " : "✗ " } ?? ""
    let aim = target.map { target in
      let value = ratio == nil ? unit.text(target.value) : Unit.ratio.text(target.value)
      return verdict + (target.isAtLeast ? "at least " : "at most ") + value
    }
    return [
      what, who, unit.text(median), spread, ratio.map { Unit.ratio.text($0) } ?? "", aim ?? "",
    ]
  }
}

extension Row.Unit {
  /// `value` for a reader: three digits, and a prefix where there is one.
  func text(_ value: Double) -> String {
    switch self {
    case .perSecond: Self.scaled(value, [(1e6, "M/s"), (1e3, "k/s"), (1, "/s")])
    case .bytesPerSecond: Self.scaled(value, [(1e9, " GB/s"), (1e6, " MB/s"), (1e3, " kB/s")])
    case .seconds: Self.scaled(value, [(1, " s"), (1e-3, " ms"), (1e-6, " µs"), (1e-9, " ns")])
    case .bytes:
      Self.scaled(
        value, [(1_073_741_824, " GiB"), (1_048_576, " MiB"), (1024, " KiB"), (1, " B")])
    case .count: Self.digits(value)
    case .ratio: Self.digits(value) + "×"
    }
  }

  private static func scaled(_ value: Double, _ steps: [(Double, String)]) -> String {
    let step = steps.first { abs(value) >= $0.0 } ?? steps[steps.count - 1]
    return digits(value / step.0) + step.1
  }

  private static func digits(_ value: Double) -> String {
    let places = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
    return String(format: "%.\(places)f", value)
  }
}
