/// Values of the same thing, measured again and again.
struct Samples: Codable, Sendable {
  let values: [Double]

  init(_ values: [Double] = []) { self.values = values.sorted() }

  var median: Double { percentile(50) }
  var lowest: Double { values.first ?? .nan }
  var highest: Double { values.last ?? .nan }

  /// The value that `percent` of them do not exceed.
  func percentile(_ percent: Double) -> Double {
    guard !values.isEmpty else { return .nan }
    let rank = (percent / 100 * Double(values.count)).rounded(.up)
    return values[min(values.count - 1, max(0, Int(rank) - 1))]
  }
}
