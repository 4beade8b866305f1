import Foundation

/// The ratios of a report as bars, as an SVG that stands on a light and on a dark page.
struct Chart {
  private struct Bar {
    let what: String
    let who: String
    let value: Double
  }

  private static let width = 760.0
  private static let left = 380.0
  private static let rowHeight = 22.0

  private let bars: [Bar]
  private let caption: String

  /// One bar for each row that tells how many times faster the mount is.
  init(_ report: Report) {
    caption = "\(report.machine.text), \(report.date)"
    bars = report.rows.compactMap { row in
      guard let ratio = row.ratio, row.to == "Intact" else { return nil }
      // Of times the smaller is the better.
      return Bar(
        what: row.what, who: row.who, value: row.unit == .seconds ? 1 / ratio : ratio)
    }
  }

  var text: String {
    let height = 60 + Double(bars.count) * Self.rowHeight
    let lines = bars.enumerated().map { drawing($0.element, row: $0.offset) }
    let one = position(1)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="10" y="18" font-size="13">How many times the speed of the others a mount has \
      (logarithmic)</text>
      <line x1="\(one)" y1="28" x2="\(one)" y2="\(height - 26)" stroke="#888888"/>
      \(lines.joined(separator: "\n"))
      <text x="10" y="\(height - 8)" font-size="10" fill="#666666">\(Self.escaped(caption))</text>
      </svg>

      """
  }

  /// From a tenth to a hundred times.
  private func position(_ ratio: Double) -> Double {
    let part = (log10(min(100, max(0.1, ratio))) + 1) / 3
    return Self.left + part * (Self.width - Self.left - 60)
  }

  private func drawing(_ bar: Bar, row: Int) -> String {
    let top = 30 + Double(row) * Self.rowHeight
    let (from, to) = (min(position(1), position(bar.value)), max(position(1), position(bar.value)))
    let color = bar.value >= 1 ? "#2a7f62" : "#b5523b"
    let label = Self.escaped("\(bar.what) / \(bar.who)")
    return """
      <text x="10" y="\(top + 14)">\(label)</text>\
      <rect x="\(from)" y="\(top + 3)" width="\(max(1, to - from))" height="14" fill="\(color)"/>\
      <text x="\(to + 4)" y="\(top + 14)">\(Row.Unit.ratio.text(bar.value))</text>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}
