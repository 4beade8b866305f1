/// Who had a store last, as it left in the lock: of use only together with what else is known.
struct StoreHolder: Equatable {
  let process: Int32
  let mountPoint: String

  /// - Returns: `nil` if nobody has served the store yet, or this process may not look.
  init?(of store: String) {
    guard let bytes = try? FileBytes.read("\(store)/lock") else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 1)
    guard lines.count == 2, lines[1].hasSuffix("\n"), let process = Int32(lines[0]) else {
      return nil
    }
    self.process = process
    mountPoint = String(lines[1].dropLast())
  }
}
