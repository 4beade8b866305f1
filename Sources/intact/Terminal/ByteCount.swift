/// A number of bytes as a person reads it: `1.4 GiB`.
struct ByteCount: CustomStringConvertible {
  let bytes: UInt64

  init(_ bytes: UInt64) { self.bytes = bytes }

  var description: String {
    if bytes < 1024 { return "\(bytes) B" }
    var value = Double(bytes) / 1024
    var unit = 0
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    // 1023.95 would be shown as 1024.0.
    while value >= 1023.95 && unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
